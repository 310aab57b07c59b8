import type { Context } from '../context.ts';
import { onePer } from '../kit/batcher.ts';
import * as competitions from '../modules/competitions/index.ts';
import { closeBallots } from './close-ballots.ts';
import { damageNext } from './damage-copies.ts';
import { openVotings } from './open-voting.ts';

/** What was tried to be damaged once is not tried again by this process. */
const triedOf = onePer((_context: Context) => new Set<string>());

/**
 * Begins the votes whose time has come, makes copies for control pairs, and closes days and phases that are over. Each
 * happens once, whoever else is at it. Answers how much it did.
 */
export async function tendVoting(context: Context): Promise<number> {
  const contests = await competitions.contestsToTend(context.db);
  let done = await openVotings(context, contests);
  for (const contest of contests) {
    done += await closeBallots(context, contest.category_id);
    done += await damageNext(context, contest, triedOf(context));
  }
  return done;
}
