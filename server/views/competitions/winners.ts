import type { Winner } from '#api/competitions/results-shapes.ts';
import type { Context } from '../../context.ts';
import { present } from '../../kit/assert.ts';
import * as competitions from '../../modules/competitions/index.ts';
import { pageOf, placeOf } from '../paging.ts';
import { shownWorks } from './works.ts';

type Asked = { kind?: competitions.HallRow['kind'] | undefined; limit: number; cursor?: string | undefined };

/** Everybody who ever won, the newest month first. Who won stays, also where the work is gone. */
export async function hallOfWinners(context: Context, { kind, limit, cursor }: Asked) {
  const list = `winners ${kind ?? ''}`;
  const after = placeOf(context, list, cursor);
  const rows = await competitions.hallPage(context.db, { kind, after, limit: limit + 1 });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ month, category_id, place_slot }) => [
    month,
    category_id,
    String(place_slot),
  ]);
  const entries = await competitions.entriesByIds(
    context.db,
    shown.map(({ entry_id }) => entry_id),
  );
  const works = await shownWorks(context, entries);
  const items = shown.map((row): Winner => ({
    round: { slug: row.slug, title: row.round_title, month: row.month },
    ...{ kind: row.kind, place: row.place, slot: row.place_slot, shared: row.shared },
    provisional: row.state === 'provisional' || row.state === 'dispute_window',
    work: present(works.get(row.entry_id), 'a work that won'),
    amount_nanos: String(row.amount_nanos),
    at: row.at.toISOString(),
  }));
  return { items, next_cursor };
}
