import { benchTally } from './tally.ts';
import { benchVoting } from './voting.ts';

/** What a competition asks of a machine. Each part answers with figures of its own. */
export async function benchCompetitions(): Promise<Record<string, number | string>> {
  return { ...(await benchTally()), ...(await benchVoting()) };
}
