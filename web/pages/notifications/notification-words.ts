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

/** What the house says, without a name. */
const HOUSE = {
  ruling: 'A moderator decided about',
  campaign: 'A campaign is open to you:',
  campaign_offer: 'A campaign would feature a model of yours:',
  featured: 'A model of yours has a featured place:',
  place_lost: 'What you booked may not be shown any more:',
  event_withdrawn: 'An editor withdrew your event:',
  reward: 'A referral brought you',
  entry: 'Your entry was looked at:',
  finalist: 'Your entry is in the final:',
  won: 'You won:',
  model_won: 'A work made with a model of yours won a place:',
  judge_invited: 'You are asked to judge in',
  panel_ends: 'A day is left to commit your ranking in',
  voting: 'Voting is open:',
  statement: 'Your statement of last month is sealed',
  claimable: 'You can claim',
  claim_paid: 'Your wallet was paid',
} as const;

const isOfTheHouse = (kind: Notification['kind']): kind is keyof typeof HOUSE => Object.hasOwn(HOUSE, kind);

const DID: Record<Exclude<Notification['kind'], keyof typeof HOUSE | 'event_soon'>, string> = {
  like: 'liked',
  comment: 'commented on',
  reply: 'answered your comment on',
  mention: 'mentioned you at',
  follow: 'follow you',
  rating: 'rated',
  shown: 'show something new',
  model: 'published a model:',
  release: 'published a new release of a model that you used:',
  event_changed: 'changed an event:',
  collaboration: 'wrote about a collaboration:',
  entry_named: 'named you among the authors of',
};

/** What happened, before the title of what it is about. */
export function whatHappened(notification: Pick<Notification, 'kind' | 'people' | 'people_count'>): string {
  const { kind } = notification;
  if (isOfTheHouse(kind)) return HOUSE[kind];
  if (kind === 'event_soon') return 'Begins within the hour:';
  if (kind === 'follow' && notification.people_count <= 1) return `${whoDid(notification)} follows you`;
  if (kind === 'shown' && notification.people_count <= 1)
    return `${whoDid(notification)} shows something new`;
  return `${whoDid(notification)} ${DID[kind]}`;
}
