/** All of 127.0.0.0/8 is loopback. */
export const isThisMachine = (host: string): boolean =>
  /^(localhost|::1|\[::1\]|127(\.\d{1,3}){3})$/.test(host);

/** Nobody on the way reads along or answers instead: https, or this very machine. And it shows no password in logs. */
export function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username } = new URL(url);
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && isThisMachine(hostname)));
}
