const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
  ['curl/', 'curl'],
] as const;
const systems = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Mac OS X', 'macOS'],
  ['Windows', 'Windows'],
  ['Linux', 'Linux'],
] as const;

const named = (list: readonly (readonly [string, string])[], agent: string) =>
  list.find(([sign]) => agent.includes(sign))?.[1];

/** "Firefox on Linux": enough to recognise a device by; the whole text stands in the title. */
export function deviceOf(agent: string): string {
  const browser = named(browsers, agent) ?? 'A program';
  const system = named(systems, agent);
  return system ? `${browser} on ${system}` : browser;
}
