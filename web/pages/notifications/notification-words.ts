import type { Notification } from '#web/api-types.ts';

/** Who did it, the last first: "Ada, Ben and 3 others". */
export function whoDid({ people, people_count }: Pick<Notification, 'people' | 'people_count'>): string {
  const names = people.map(({ display_name }) => display_name);
  const [first = 'Somebody', second] = names;
  if (people_count <= 1) return first;
  if (people_count === 2 && second) return `${first} and ${second}`;
  const others = people_count - 2;
  return `${first}, ${second ?? 'another'} and ${others} ${others === 1 ? 'other' : 'others'}`;
}

const DID: Record<Exclude<Notification['kind'], 'ruling'>, string> = {
  like: 'liked',
  comment: 'commented on',
  reply: 'answered your comment on',
  mention: 'mentioned you at',
  follow: 'follow you',
  rating: 'rated',
};

/** What happened, before the title of what it is about. */
export function whatHappened(notification: Pick<Notification, 'kind' | 'people' | 'people_count'>): string {
  if (notification.kind === 'ruling') return 'A moderator decided about';
  if (notification.kind === 'follow' && notification.people_count <= 1)
    return `${whoDid(notification)} follows you`;
  return `${whoDid(notification)} ${DID[notification.kind]}`;
}
