import { sql } from 'kysely';
import { type AccountId, asId, type AssetId, type BoardId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type Board = {
  id: BoardId;
  owner_id: AccountId;
  name: string;
  created_at: Date;
  deleted_at: Date | null;
};

const columns = ['id', 'owner_id', 'name', 'created_at', 'deleted_at'] as const;
type Row = { id: string; owner_id: string; name: string; created_at: Date; deleted_at: Date | null };
const read = (row: Row): Board => ({
  ...row,
  id: asId<BoardId>(row.id),
  owner_id: asId<AccountId>(row.owner_id),
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

export async function insertBoard(tx: Tx, board: Omit<Board, 'deleted_at'>): Promise<void> {
  await tx.insertInto('generation.board').values(board).execute();
}

export async function changeBoard(
  tx: Tx,
  id: BoardId,
  change: { name?: string; deleted_at?: Date | null },
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

type Content = { assets: number; cover: AssetId | null; holds: boolean };

/** What lies on each: how many, which was added last, whether a certain one. Only what was paid for and is not in the bin. */
export async function contentOfBoards(
  db: Db,
  ids: readonly BoardId[],
  asked: AssetId | null,
): Promise<(id: BoardId) => Content> {
  const { rows } = await sql<{ board_id: string; n: bigint; cover: string; holds: boolean }>`
    select b.board_id, count(*) as n, coalesce(bool_or(b.asset_id = ${asked}::uuid), false) as holds,
           (array_agg(b.asset_id order by b.added_at desc, b.asset_id desc))[1] as cover
    from generation.board_asset b
    join generation.asset a on a.id = b.asset_id and a.deleted_at is null
    join generation.generation g on g.id = a.generation_id and g.state = 'succeeded'
    where b.board_id = any(${[...ids]}::uuid[]) group by b.board_id`.execute(db);
  const found = new Map(
    rows.map(({ board_id, n, cover, holds }) => [
      board_id,
      { assets: Number(n), cover: asId<AssetId>(cover), holds },
    ]),
  );
  return (id) => found.get(id) ?? { assets: 0, cover: null, holds: false };
}
