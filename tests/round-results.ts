import { createHash } from 'node:crypto';
import { newId, type TallyId } from '../server/ids.ts';
import * as competitions from '../server/modules/competitions/index.ts';
import type { MadeRound } from './competitions.ts';
import type { World } from './world.ts';

const SYSTEM = { id: 'system', as: 'system' };

/** The first of its entries have the places by a counting that is out, as far as lists and marks are about it. */
export async function resultsOut(
  { context }: Pick<World, 'context'>,
  round: MadeRound,
  how_many = 5,
): Promise<void> {
  const at = context.clock.now();
  const digest = createHash('sha256').update(round.slug).digest('hex');
  await context.database.inTransaction(async (tx) => {
    const { category_id } = round;
    await tx
      .insertInto('competitions.tally')
      .values({
        ...{ id: newId<TallyId>(at), category_id, version: 1, reason: 'first', says: '', asked_at: at },
        ...{ published_at: at, bundle_digest: digest, bundle_file: digest },
      })
      .execute();
    const ids = round.entries.map(({ id }) => id);
    await competitions.insertFinalists(tx, category_id, ids);
    for (const id of ids) await competitions.moveEntry(tx, 'choose', { id, by: SYSTEM, at });
    const winners = await competitions.entriesByIds(tx, ids.slice(0, how_many));
    for (const { id, title, asset_digest, person_id } of winners) {
      const place = ids.indexOf(id) + 1;
      await competitions.insertPlace(
        tx,
        {
          ...{ category_id, version: 1, place_slot: place, place, shared: false, entry_id: id, title, at },
          ...{
            asset_digest,
            model_title: 'A model',
            creator_name: 'A creator',
            amount_nanos: 1_000_000_000n,
          },
        },
        [{ person_id, display_name: 'An author' }],
      );
      await competitions.moveEntry(tx, 'place', { id, by: SYSTEM, at });
    }
    await tx.updateTable('competitions.round').set({ state: 'tally' }).where('id', '=', round.id).execute();
    await competitions.moveRound(tx, 'publish', { id: round.id, by: SYSTEM, at });
    await competitions.moveRound(tx, 'open_disputes', { id: round.id, by: SYSTEM, at });
  });
  context.wake.send('news');
}
