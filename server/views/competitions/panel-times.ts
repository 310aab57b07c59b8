import { DAY_MS } from '../../kit/clock.ts';
import type * as competitions from '../../modules/competitions/index.ts';

const REVEAL_MS = DAY_MS / 2;
const EMERGENCY_MS = 2 * DAY_MS;

/** So long after the end of the final whoever kept the salt may reveal. */
export const revealsUntil = ({ tally_at }: Pick<competitions.Round, 'tally_at'>): Date =>
  new Date(tally_at.getTime() + REVEAL_MS);

/** So long somebody has who is asked in place of others after the final. */
export const emergencyUntil = ({ invited_at }: Pick<competitions.Judge, 'invited_at'>): Date =>
  new Date(invited_at.getTime() + EMERGENCY_MS);
