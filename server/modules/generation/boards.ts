import { sql } from 'kysely';
import { BoardVisibility } from '#api/generation/board-shapes.ts';
import { type AccountId, asId, type AssetId, type BoardId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type Board = {
  id: BoardId;
  owner_id: AccountId;
  name: string;
  description: string;
  visibility: BoardVisibility;
  /** what its owner chose, if anything */
  cover_id: AssetId | null;
  created_at: Date;
  /** since when others see it */
  shown_at: Date | null;
  deleted_at: Date | null;
  hidden_at: Date | null;
};

const columns = [
  ...(['id', 'owner_id', 'name', 'description', 'visibility', 'cover_id'] as const),
  ...(['created_at', 'shown_at', 'deleted_at', 'hidden_at'] as const),
] as const;
type Row = Record<'id' | 'owner_id' | 'name' | 'description' | 'visibility', string> &
  Pick<Board, 'created_at' | 'shown_at' | 'deleted_at' | 'hidden_at'> & { cover_id: string | null };
const read = (row: Row): Board => ({
  ...row,
  id: asId<BoardId>(row.id),
  owner_id: asId<AccountId>(row.owner_id),
  visibility: BoardVisibility.parse(row.visibility),
  cover_id: row.cover_id === null ? null : asId<AssetId>(row.cover_id),
});

/** The board for its owner, locked for whoever changes it; also one that is deleted. */
export async function lockBoard(tx: Tx, id: BoardId, owner_id: AccountId): Promise<Board | undefined> {
  const row = await tx
    .selectFrom('generation.board')
    .select(columns)
    .where('id', '=', id)
    .where('owner_id', '=', owner_id)
    .forUpdate()
    .executeTakeFirst();
  return row && read(row);
}

export async function boardsByIds(db: Db, owner_id: AccountId, ids: readonly BoardId[]): Promise<Board[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('generation.board')
    .select(columns)
    .where('owner_id', '=', owner_id)
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(read);
}

/** Those that are not deleted, newest first. */
export async function boardsOf(db: Db, owner_id: AccountId): Promise<Board[]> {
  const rows = await db
    .selectFrom('generation.board')
    .select(columns)
    .where('owner_id', '=', owner_id)
    .where('deleted_at', 'is', null)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(read);
}

/** Makes whoever makes or restores a board wait for others of the same owner; answers how many there are. */
export async function countBoards(tx: Tx, owner_id: AccountId): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`boards ${owner_id}`}, 0))`.execute(tx);
  const { n } = await tx
    .selectFrom('generation.board')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('owner_id', '=', owner_id)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

export async function isNameTaken(
  db: Db,
  owner_id: AccountId,
  name: string,
  but?: BoardId,
): Promise<boolean> {
  let query = db
    .selectFrom('generation.board')
    .select('id')
    .where('owner_id', '=', owner_id)
    .where('deleted_at', 'is', null)
    .where(({ eb, fn }) => eb(fn<string>('lower', ['name']), '=', fn<string>('lower', [eb.val(name)])));
  if (but) query = query.where('id', '!=', but);
  return (await query.executeTakeFirst()) !== undefined;
}

export async function insertBoard(
  tx: Tx,
  board: Pick<Board, 'id' | 'owner_id' | 'name' | 'created_at'>,
): Promise<void> {
  await tx.insertInto('generation.board').values(board).execute();
}

export async function changeBoard(
  tx: Tx,
  id: BoardId,
  change: Partial<Omit<Board, 'id' | 'owner_id' | 'created_at'>>,
): Promise<void> {
  await tx.updateTable('generation.board').set(change).where('id', '=', id).execute();
}

/** What lies on it already stays. */
export async function addToBoard(
  tx: Tx,
  board_id: BoardId,
  asset_ids: readonly AssetId[],
  added_at: Date,
): Promise<void> {
  await tx
    .insertInto('generation.board_asset')
    .values(asset_ids.map((asset_id) => ({ board_id, asset_id, added_at })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Puts the assets of these generations on the boards that each was started for. */
export async function landOnBoard(tx: Tx, generation_ids: readonly string[], at: Date): Promise<void> {
  await sql`insert into generation.board_asset (board_id, asset_id, added_at)
    select g.board_id, a.id, ${at} from generation.asset a join generation.generation g on g.id = a.generation_id
    where g.id = any(${[...generation_ids]}::uuid[]) and g.board_id is not null`.execute(tx);
}

export async function takeOffBoard(tx: Tx, board_id: BoardId, asset_id: AssetId): Promise<boolean> {
  const result = await tx
    .deleteFrom('generation.board_asset')
    .where('board_id', '=', board_id)
    .where('asset_id', '=', asset_id)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

type Content = {
  /** Of its owner's own: how many, which stands first, whether one that was chosen is there. */
  assets: number;
  first: AssetId | null;
  holds: boolean;
  /** What others show, in order: whether they still do is known elsewhere. */
  of_others: AssetId[];
};

/** What lies on each board. Only what was paid for and is not in the bin. */
export async function contentOfBoards(
  db: Db,
  ids: readonly BoardId[],
  asked: AssetId | null,
): Promise<(id: BoardId) => Content> {
  const { rows } = await sql<{
    board_id: string;
    n: bigint;
    first: string | null;
    holds: boolean;
    of_others: string[] | null;
  }>`
    select b.board_id, coalesce(bool_or(b.asset_id = ${asked}::uuid), false) as holds,
           count(*) filter (where a.owner_id = board.owner_id) as n,
           (array_agg(b.asset_id order by b.place, b.added_at desc, b.asset_id desc)
             filter (where a.owner_id = board.owner_id))[1] as first,
           array_agg(b.asset_id order by b.place, b.added_at desc, b.asset_id desc)
             filter (where a.owner_id <> board.owner_id) as of_others
    from generation.board_asset b
    join generation.board board on board.id = b.board_id
    join generation.asset a on a.id = b.asset_id and a.deleted_at is null
    join generation.generation g on g.id = a.generation_id and g.state = 'succeeded'
    where b.board_id = any(${[...ids]}::uuid[]) group by b.board_id`.execute(db);
  const found = new Map(
    rows.map(({ board_id, n, first, holds, of_others }) => [
      board_id,
      {
        ...{ assets: Number(n), holds },
        first: first === null ? null : asId<AssetId>(first),
        of_others: (of_others ?? []).map((id) => asId<AssetId>(id)),
      },
    ]),
  );
  return (id) => found.get(id) ?? { assets: 0, first: null, holds: false, of_others: [] };
}

// shown to others ----------------------------------------------------------------------------------------------------

/** So much of a board is shown to others. */
export const SHOWN_ON_BOARD_MAX = 500;

/** Whether others may look at it, by its link at least. */
export const isBoardShown = ({ visibility, deleted_at, hidden_at }: Board): boolean =>
  visibility !== 'private' && deleted_at === null && hidden_at === null;

/** Anybody's, also those that nobody else sees. */
export async function boardsById(db: Db, ids: readonly BoardId[]): Promise<Board[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('generation.board')
    .select(columns)
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(read);
}

const LOOKED_THROUGH_MAX = 5_000;

/** What everybody may look at, last shown first. */
export async function shownBoardsPage(
  db: Db,
  filter: {
    owner_id?: AccountId | undefined;
    /** What its name or what is said of it has. */
    search?: string | undefined;
    without?: readonly AccountId[] | undefined;
    after: { at: Date; id: string } | null;
    limit: number;
  },
): Promise<Board[]> {
  let query = db
    .selectFrom('generation.board')
    .select(columns)
    .where('visibility', '=', 'public')
    .where('deleted_at', 'is', null)
    .where('hidden_at', 'is', null)
    .orderBy('shown_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit);
  const { owner_id, search, without, after } = filter;
  if (owner_id) query = query.where('owner_id', '=', owner_id);
  if (without && without.length > 0) query = query.where('owner_id', 'not in', [...without]);
  if (search) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where((eb) => eb.or([eb('name', 'ilike', pattern), eb('description', 'ilike', pattern)]));
    // the index knows three letters in a row: by fewer only the newest are looked through
    if ([...search].length < 3)
      query = query.where('id', 'in', (inner) =>
        inner
          .selectFrom('generation.board as newest')
          .select('newest.id')
          .where('newest.visibility', '=', 'public')
          .where('newest.deleted_at', 'is', null)
          .where('newest.hidden_at', 'is', null)
          .orderBy('newest.shown_at', 'desc')
          .orderBy('newest.id', 'desc')
          .limit(LOOKED_THROUGH_MAX),
      );
  }
  if (after)
    query = query.where(sql<boolean>`(shown_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  return (await query.execute()).map(read);
}

export async function countShownBoards(db: Db, owner_id: AccountId): Promise<number> {
  const { n } = await db
    .selectFrom('generation.board')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('owner_id', '=', owner_id)
    .where('visibility', '=', 'public')
    .where('deleted_at', 'is', null)
    .where('hidden_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** What lies on each of these in its owner's order, as much of it as is shown. */
export async function onBoards(db: Db, ids: readonly BoardId[]): Promise<Map<BoardId, AssetId[]>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ board_id: string; asset_ids: string[] }>`
    select board.id as board_id, array(
      select b.asset_id from generation.board_asset b where b.board_id = board.id
      order by b.place, b.added_at desc, b.asset_id desc limit ${sql.lit(SHOWN_ON_BOARD_MAX)}) as asset_ids
    from unnest(${[...ids]}::uuid[]) board (id)`.execute(db);
  return new Map(
    rows.map(({ board_id, asset_ids }) => [
      asId<BoardId>(board_id),
      asset_ids.map((id) => asId<AssetId>(id)),
    ]),
  );
}

/** Puts these first, in this order; what lies on the board besides follows as it did. Answers how many are there. */
export async function arrangeBoard(tx: Tx, id: BoardId, asset_ids: readonly AssetId[]): Promise<number> {
  const { numAffectedRows } = await sql`
    with wanted as (select * from unnest(${[...asset_ids]}::uuid[]) with ordinality w (asset_id, place)),
    known as (
      select b.asset_id, row_number() over (
        order by w.place nulls last, b.place, b.added_at desc, b.asset_id desc) as place, w.asset_id is not null as named
      from generation.board_asset b left join wanted w using (asset_id) where b.board_id = ${id})
    update generation.board_asset b set place = known.place from known
    where b.board_id = ${id} and b.asset_id = known.asset_id
      and (select count(*) from known where named) = ${asset_ids.length}`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

export async function isOnBoard(db: Db, id: BoardId, asset_id: AssetId): Promise<boolean> {
  const row = await db
    .selectFrom('generation.board_asset')
    .select('asset_id')
    .where('board_id', '=', id)
    .where('asset_id', '=', asset_id)
    .executeTakeFirst();
  return row !== undefined;
}
