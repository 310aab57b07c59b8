import type { Dispute } from '#web/api-types.ts';

/** How a dispute is shown in each of its states. */
export const disputeFaces = {
  open: { name: 'Being looked at', tone: 'warning' },
  upheld: { name: 'Upheld', tone: 'positive' },
  rejected: { name: 'Rejected', tone: 'neutral' },
  appealed: { name: 'Appealed', tone: 'warning' },
  dismissed: { name: 'Rejected twice', tone: 'neutral' },
} as const satisfies Record<Dispute['state'], { name: string; tone: string }>;
