import type { ShownBoard } from '#api/generation/board-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, BoardId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';
import { presentCover } from './boards.ts';
import { no, YES } from './can.ts';
import { presentCreations } from './creations.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';

type Asked = { limit: number; cursor?: string | undefined };

/** Boards that people show to everybody. */
export async function shownBoardList(
  context: Context,
  viewer_id: AccountId | null,
  { owner, search, limit, cursor }: Asked & { owner?: string | undefined; search?: string | undefined },
) {
  const { db } = context;
  const account = owner === undefined ? undefined : await identity.accountByHandle(db, owner);
  if (owner !== undefined && !account) return { items: [], next_cursor: null };
  const list = `shown boards ${owner ?? ''} ${search ?? ''} ${viewer_id ?? ''}`;
  const rows = await generation.shownBoardsPage(db, {
    ...{ owner_id: account?.id, search },
    without: await marketplace.unseenBy(db, viewer_id),
    after: rowOf(placeOf(context, list, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ shown_at, id }) => [
    present(shown_at, 'since when a board is shown').toISOString(),
    id,
  ]);
  return { items: await presentShownBoards(context, viewer_id, shown), next_cursor };
}

/** One of them, or one that is found by its link. Its owner sees it as others would. */
export async function shownBoard(
  context: Context,
  viewer_id: AccountId | null,
  id: BoardId,
): Promise<ShownBoard> {
  const [shown] = await presentShownBoards(context, viewer_id, [await boardToLookAt(context, viewer_id, id)]);
  return present(shown, 'a board that was just read');
}

/** What is shown on it, in its owner's order. */
export async function creationsOnBoard(
  context: Context,
  viewer_id: AccountId | null,
  id: BoardId,
  { limit, cursor, of_others }: Asked & { of_others: boolean },
) {
  const board = await boardToLookAt(context, viewer_id, id);
  const list = `board ${id} ${of_others} ${viewer_id ?? ''}`;
  const [last] = placeOf(context, list, cursor) ?? [];
  const on_it = await shownOn(context, viewer_id, id);
  const seen = on_it.filter(({ maker_id }) => !of_others || maker_id !== board.owner_id);
  const rest = seen.slice(last ? seen.findIndex(({ asset_id }) => asset_id === last) + 1 : 0);
  const { shown, next_cursor } = pageOf(context, list, rest, limit, ({ asset_id }) => [asset_id]);
  return { items: await presentCreations(context, viewer_id, shown), next_cursor };
}

async function boardToLookAt(
  { db }: Context,
  viewer_id: AccountId | null,
  id: BoardId,
): Promise<generation.Board> {
  const [board] = await generation.boardsById(db, [id]);
  if (!board || board.deleted_at) refuse('NOT_FOUND');
  if (!generation.isBoardShown(board) && board.owner_id !== viewer_id) refuse('NOT_FOUND');
  return board;
}

/** What of a board is shown to everybody, without those whom the one who looks does not want to see. */
async function shownOn(
  { db }: Context,
  viewer_id: AccountId | null,
  id: BoardId,
): Promise<marketplace.Creation[]> {
  const [on, without] = await Promise.all([
    generation.onBoards(db, [id]),
    marketplace.unseenBy(db, viewer_id),
  ]);
  const asset_ids = on.get(id) ?? [];
  const creations = await marketplace.creationsByIds(db, asset_ids);
  const unseen = new Set<AccountId>(without);
  const creationOf = new Map(
    creations
      .filter((one) => marketplace.isShown(one) && one.listed && !unseen.has(one.maker_id))
      .map((one) => [one.asset_id, one]),
  );
  return asset_ids.flatMap((asset_id) => creationOf.get(asset_id) ?? []);
}

/** Boards as anybody sees them. */
export async function presentShownBoards(
  context: Context,
  viewer_id: AccountId | null,
  boards: readonly generation.Board[],
): Promise<ShownBoard[]> {
  const { db } = context;
  const [on, without, person] = await Promise.all([
    generation.onBoards(
      db,
      boards.map(({ id }) => id),
    ),
    marketplace.unseenBy(db, viewer_id),
    people(
      db,
      boards.map(({ owner_id }) => owner_id),
    ),
  ]);
  const seen = await marketplace.shownOnEach(
    db,
    boards.map(({ id, cover_id }) => ({ asset_ids: on.get(id) ?? [], chosen: cover_id })),
    without,
  );
  const covers = await generation.assetsByIds(
    db,
    seen.flatMap(({ face }) => face ?? []),
  );
  return boards.map((board, place) => {
    const { shown, face } = present(seen[place], 'what is seen of a board');
    const { id, name, description, visibility, owner_id, shown_at } = board;
    const mine = owner_id === viewer_id;
    return {
      ...{ id, name, description, visibility },
      owner: person(owner_id),
      creations: shown,
      cover: presentCover(
        context,
        covers.find((asset) => asset.id === face),
      ),
      shown_at: generation.isBoardShown(board) ? (shown_at?.toISOString() ?? null) : null,
      can: {
        edit: mine ? YES : no('Only its owner may.'),
        report: mine ? no('This is yours.') : viewer_id === null ? no('Sign in first.') : YES,
      },
    };
  });
}
