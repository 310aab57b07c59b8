import type { Award } from '#api/competitions/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId, AwardId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import * as competitions from '../../modules/competitions/index.ts';
import { refuse } from '../../refuse.ts';
import { no, YES } from '../can.ts';
import { pageOf, placeOf, rowOf } from '../paging.ts';

/** What somebody won, the newest first. */
export async function ownAwards(
  context: Context,
  person_id: AccountId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Award[]; next_cursor: string | null }> {
  const list = `own awards ${person_id}`;
  const rows = await competitions.awardsOfPerson(context.db, person_id, {
    after: rowOf(placeOf(context, list, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ minted_at, id }) => [
    minted_at.toISOString(),
    id,
  ]);
  return { items: await presentAwards(context, shown), next_cursor };
}

export async function ownAward(context: Context, person_id: AccountId, id: AwardId): Promise<Award> {
  const award = await competitions.awardById(context.db, id);
  if (award?.person_id !== person_id) refuse('NOT_FOUND');
  const [shown] = await presentAwards(context, [award]);
  return present(shown, 'an award that is there');
}

async function presentAwards(context: Context, awards: readonly competitions.Award[]): Promise<Award[]> {
  const { db, media_links, clock } = context;
  const round_ids = [...new Set(awards.map(({ round_id }) => round_id))];
  const [rounds, categories, entries] = await Promise.all([
    competitions.roundsByIds(db, round_ids),
    competitions.categoriesOf(db, round_ids),
    competitions.entriesByIds(
      db,
      awards.map(({ entry_id }) => entry_id),
    ),
  ]);
  const owed = await competitions.owedBack(db, { round_ids });
  const owedBackOf = ({ category_id, person_id }: competitions.Award) =>
    owed.find((one) => one.category_id === category_id && one.person_id === person_id)?.amount_nanos ?? 0n;
  return awards.map((award): Award => {
    const find = <T extends { id: string }>(all: readonly T[], id: string, what: string): T =>
      present(
        all.find((one) => one.id === id),
        what,
      );
    const round = find(rounds, award.round_id, 'the round of an award');
    const entry = find(entries, award.entry_id, 'the entry of an award');
    const { id, place_slot, amount_nanos, state, version, minted_at, answer_by, answered_at, expires_at } =
      award;
    return {
      ...{ id, place: place_slot, state, version, amount_nanos: String(amount_nanos) },
      owed_back_nanos: competitions.STAY.includes(state) ? String(owedBackOf(award)) : '0',
      round: { slug: round.slug, title: round.title },
      category: find(categories, award.category_id, 'the category of an award').kind,
      entry: {
        ...{ id: entry.id, title: entry.title },
        thumbnail_url:
          entry.thumb_digest &&
          media_links.link({ digest: entry.thumb_digest, extension: 'webp' }, clock.now()),
      },
      says: competitions.awardMachine.states[state],
      minted_at: minted_at.toISOString(),
      answer_by: answer_by.toISOString(),
      answered_at: answered_at?.toISOString() ?? null,
      expires_at: expires_at.toISOString(),
      can: { answer: state === 'created' ? YES : no('You have answered, or the time for it is over.') },
    };
  });
}
