import type { Context } from '../context.ts';
import type { AccountId, RoundId } from '../ids.ts';
import { sha256 } from '../kit/files.ts';
import type { Db, Tx } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refuse } from '../refuse.ts';
import { hasGainFrom, ORGANISERS, stillHolds } from '../views/competitions/own-interest.ts';
import { whyNotConfirm } from '../views/competitions/why-not-confirm.ts';
import { mintAwards } from './mint-awards.ts';
import { settleSoon } from './settle-round.ts';

type Confirmed = { slug: string; bundle_digests: readonly string[] };

/**
 * One of two persons stands by the standings as they are. With the second they are final: winners are verified, and what
 * each place brings is owed. Whoever saw other standings is refused.
 */
export async function confirmResults(
  context: Context,
  actor_id: AccountId,
  { slug, bundle_digests }: Confirmed,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const found = (await competitions.roundBySlug(tx, slug)) ?? refuse('NOT_FOUND');
    const round = (await competitions.lockRound(tx, found.id)) ?? refuse('NOT_FOUND');
    const why = await whyNotConfirm(tx, round, at);
    if (why.length > 0) refuse('RESULTS_NOT_READY', { why });
    const standings = await standingsOf(tx, round.id);
    if (standings !== digestOf(bundle_digests)) refuse('STANDINGS_CHANGED');
    if (await hasGainFrom(tx, round.id, actor_id)) refuse('OWN_INTEREST');
    const confirmation = { round_id: round.id, standings, person_id: actor_id };
    if (!(await competitions.confirmStandings(tx, confirmation, at))) refuse('SECOND_PERSON_NEEDED');
    if ((await standBy(tx, round.id, standings)) < 2) return;
    const by = { id: actor_id, as: 'editor' };
    await competitions.moveRound(tx, 'confirm', { id: round.id, by, at });
    await awardPlaces(tx, round.id, at);
    await mintAwards(tx, context, round.id, at);
    // with nothing to award there is nobody to wait for
    await settleSoon(tx, { ...round, state: 'final' }, at);
  });
  context.wake.send('news');
}

/** How many stand by these standings now: whoever left the office since, or gains by them now, is none of them. */
async function standBy(tx: Tx, round_id: RoundId, standings: string): Promise<number> {
  let count = 0;
  for (const one of await competitions.confirmationsOf(tx, round_id)) {
    if (one.standings !== standings || !(await stillHolds(tx, one.person_id, ORGANISERS))) continue;
    if (!(await hasGainFrom(tx, round_id, one.person_id))) count += 1;
  }
  return count;
}

/** What is confirmed: the newest bundle of each category, whichever comes first. */
export const digestOf = (bundle_digests: readonly string[]): string =>
  sha256(Buffer.from([...bundle_digests].sort().join('\n')));

async function standingsOf(db: Db, round_id: RoundId): Promise<string> {
  const categories = await competitions.categoriesOf(db, round_id);
  const tallies = await competitions.talliesOf(
    db,
    categories.map(({ id }) => id),
  );
  const newest = categories.map(({ id }) => tallies.findLast(({ category_id }) => category_id === id));
  return digestOf(newest.flatMap((tally) => tally?.bundle_digest ?? []));
}

async function awardPlaces(tx: Tx, round_id: RoundId, at: Date): Promise<void> {
  const by = { id: 'system', as: 'system' };
  for (const { id: category_id } of await competitions.categoriesOf(tx, round_id))
    for (const { id } of await competitions.entriesOf(tx, category_id, ['provisional_winner'])) {
      await competitions.moveEntry(tx, 'verify', { id, by, at });
      await competitions.moveEntry(tx, 'award', { id, by, at });
    }
}
