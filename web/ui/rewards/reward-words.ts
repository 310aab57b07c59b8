import type { PublicEpoch, Reward } from '#web/api-types.ts';

type Tone = 'neutral' | 'accent' | 'positive' | 'warning' | 'danger' | 'info';

export const stages: Record<Reward['stage'], { name: string; tone: Tone }> = {
  to_accept: { name: 'To be accepted', tone: 'warning' },
  owed: { name: 'Owed', tone: 'info' },
  coming: { name: 'On its way', tone: 'info' },
  claimable: { name: 'Claimable', tone: 'accent' },
  claimed: { name: 'Paid', tone: 'positive' },
  over: { name: 'Over', tone: 'neutral' },
};

export const epochStates: Record<PublicEpoch['state'], { name: string; tone: Tone }> = {
  drafted: { name: 'Proposed', tone: 'warning' },
  cut: { name: 'Cut', tone: 'info' },
  proposed: { name: 'In its delay', tone: 'info' },
  vetoed: { name: 'Vetoed', tone: 'danger' },
  voiding: { name: 'Being voided', tone: 'warning' },
  active: { name: 'Live', tone: 'positive' },
  superseded: { name: 'Superseded', tone: 'neutral' },
  voided: { name: 'Voided', tone: 'neutral' },
};

/** What can happen to an epoch without anybody on the page doing anything: worth another look. */
export const isMoving = (state: PublicEpoch['state']) =>
  state === 'cut' || state === 'proposed' || state === 'voiding';

/** "0x1234…abcd", as wallets show it. */
export const shortAddress = (address: string) => `${address.slice(0, 6)}…${address.slice(-4)}`;
