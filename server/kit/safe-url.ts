const THIS_MACHINE = new Set(['127.0.0.1', '::1', 'localhost']);

export const isThisMachine = (host: string): boolean => THIS_MACHINE.has(host.replace(/^\[|\]$/g, ''));

/** Nobody on the way reads along or answers instead: https, or this very machine. And it shows no password in logs. */
export function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username } = new URL(url);
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && isThisMachine(hostname)));
}
