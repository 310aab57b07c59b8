import type { Event } from '#web/api-types.ts';

export const eventKinds: readonly Event['kind'][] = ['launch', 'live', 'challenge'];
export const eventKindName: Record<Event['kind'], string> = {
  launch: 'Launch',
  live: 'Live session',
  challenge: 'Challenge',
};
