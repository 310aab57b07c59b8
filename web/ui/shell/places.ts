import type { Account } from '#web/api-types.ts';

export type Place = { href: string; label: string; key: string };

/** Where the top bar leads, for this person, with the key that follows `g`. */
export function placesFor(account: Account | null): Place[] {
  const places = [
    { href: '/explore', label: 'Explore', key: 'e' },
    { href: '/create', label: 'Create', key: 'c' },
    { href: '/competitions', label: 'Competitions', key: 't' },
    { href: '/program', label: 'Program', key: 'o' },
  ];
  if (account) places.push({ href: '/library', label: 'Library', key: 'l' });
  if (account?.roles.includes('creator')) places.push({ href: '/creator', label: 'Creator home', key: 'k' });
  return places;
}

/** Places that have a key but no room in the bar. */
export const morePlaces = (account: Account | null): Place[] => [
  { href: '/', label: 'Home', key: 'h' },
  { href: '/events', label: 'Events', key: 'v' },
  ...(account
    ? [
        { href: '/feed', label: 'Following', key: 'f' },
        { href: '/notifications', label: 'Notifications', key: 'n' },
        { href: '/wallet', label: 'Wallet', key: 'w' },
        { href: '/rewards', label: 'Rewards', key: 'r' },
        { href: '/program/applications', label: 'Applications', key: 'p' },
        { href: '/settings', label: 'Settings', key: 's' },
      ]
    : []),
  ...(account?.roles.includes('creator')
    ? [
        { href: '/earnings', label: 'Earnings', key: 'm' },
        { href: '/program/models', label: 'My models', key: 'd' },
      ]
    : []),
  { href: '/books', label: 'Books', key: 'b' },
  { href: '/docs/api', label: 'API reference', key: 'a' },
];
