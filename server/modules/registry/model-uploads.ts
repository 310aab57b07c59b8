import { sql } from 'kysely';
import { UploadRefusal } from '#api/registry/model-upload-shapes.ts';
import { type AccountId, asId, type ModelUploadId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { modelUploadMachine, type ModelUploadState } from './model-upload-machine.ts';

export type NewModelUpload = {
  id: ModelUploadId;
  uploader_id: AccountId;
  name: string;
  bytes: number;
  /** sha256, hex */
  expected_digest: string | null;
  created_at: Date;
  expires_at: Date;
};

/** Whose draft lies on the disk and is needed. */
const UNDER_WAY = ['open', 'checking', 'unread'] as const;

/** How many uploads of an account are under way, and how large they will be together. */
export async function uploadsUnderWay(
  db: Db,
  uploader_id: AccountId,
): Promise<{ own: number; own_bytes: number }> {
  const { rows } = await sql<{ own: string; own_bytes: string }>`
    select count(*)::text as own, coalesce(sum(bytes), 0)::text as own_bytes
    from registry.model_upload
    where uploader_id = ${uploader_id} and state in ('open', 'checking', 'unread')`.execute(db);
  const { own, own_bytes } = rows[0] ?? { own: 0, own_bytes: 0 };
  return { own: Number(own), own_bytes: Number(own_bytes) };
}

/** How much of the disk is promised to everybody's uploads and not yet taken; whose time is over keeps no room. */
export async function bytesPromised(db: Db, at: Date): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select coalesce(sum(bytes - received), 0)::text as bytes
    from registry.model_upload where state = 'open' and expires_at > ${at}`.execute(db);
  return Number(rows[0]?.bytes ?? 0);
}

export async function beginUpload(tx: Tx, { bytes, ...upload }: NewModelUpload): Promise<void> {
  await tx
    .insertInto('registry.model_upload')
    .values({ ...upload, bytes: BigInt(bytes), state: modelUploadMachine.begins })
    .execute();
  await begin(tx, modelUploadMachine, {
    ...{ id: upload.id, at: upload.created_at, by: { id: upload.uploader_id, as: 'uploader' } },
    detail: { name: upload.name, bytes },
  });
}

/** Keeps everybody else from appending until the end of the transaction; answers false when somebody is at it. */
export async function takeUploadForAppending(tx: Tx, id: ModelUploadId): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('model upload'), hashtext(${id})) as taken`.execute(tx);
  return rows[0]?.taken === true;
}

export async function noteReceived(
  tx: Tx,
  id: ModelUploadId,
  noted: { received: number; format: string | null; expires_at: Date },
): Promise<void> {
  await tx
    .updateTable('registry.model_upload')
    .set({ ...noted, received: BigInt(noted.received) })
    .where('id', '=', id)
    .execute();
}

export const moveUpload = (
  tx: Tx,
  act: keyof typeof modelUploadMachine.acts,
  step: {
    id: ModelUploadId;
    by: Actor;
    at: Date;
    detail?: Record<string, unknown>;
    set?: {
      digest?: string;
      refusal?: string | null;
      format?: string;
      gate_passed?: boolean;
      expires_at?: Date;
      checks_tried?: number;
      checking_until?: null;
    };
  },
): Promise<number> => takeStep(tx, modelUploadMachine, act, step);

/**
 * The oldest upload that waits to be read through and that nobody reads, for `until` ours alone. It counts as begun
 * once more: who dies at it says nothing.
 */
export async function claimUploadToCheck(tx: Tx, at: Date, until: Date): Promise<ModelUpload | undefined> {
  const row = await uploads(tx)
    .where('state', '=', 'checking')
    .where((eb) => eb.or([eb('checking_until', 'is', null), eb('checking_until', '<=', at)]))
    .orderBy('created_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!row) return undefined;
  const checks_tried = row.checks_tried + 1;
  await noteChecking(tx, asId<ModelUploadId>(row.id), { checking_until: until, checks_tried });
  return read({ ...row, checks_tried });
}

export async function noteChecking(
  db: Db,
  id: ModelUploadId,
  noted: {
    checking_until: Date | null;
    checks_tried?: number;
    checked?: bigint;
    format?: string;
    gate_passed?: boolean;
  },
): Promise<void> {
  await db
    .updateTable('registry.model_upload')
    .set(noted)
    .where('id', '=', id)
    .where('state', '=', 'checking')
    .execute();
}

export async function uploadById(db: Db, id: ModelUploadId): Promise<ModelUpload | undefined> {
  const row = await uploads(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

/** The same, kept as it is until the end of the transaction. */
export async function uploadToChange(tx: Tx, id: ModelUploadId): Promise<ModelUpload | undefined> {
  const row = await uploads(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

export async function unfinishedUploadsOf(db: Db, uploader_id: AccountId): Promise<ModelUpload[]> {
  const rows = await uploads(db)
    .where('uploader_id', '=', uploader_id)
    .where('state', 'in', UNDER_WAY)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(read);
}

/** Whose uploads nobody went on with in time. */
export async function uploadersToTell(db: Db, at: Date, limit: number): Promise<AccountId[]> {
  const rows = await overdue(db, at)
    .select('uploader_id')
    .groupBy('uploader_id')
    .orderBy((eb) => eb.fn.min('expires_at'))
    .limit(limit)
    .execute();
  return rows.map(({ uploader_id }) => asId<AccountId>(uploader_id));
}

/** Those of one uploader, kept as they are until the end of the transaction. */
export async function uploadsToExpire(tx: Tx, uploader_id: AccountId, at: Date): Promise<ModelUpload[]> {
  const rows = await overdue(tx, at)
    .selectAll()
    .where('uploader_id', '=', uploader_id)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(read);
}

const overdue = (db: Db, at: Date) =>
  db
    .selectFrom('registry.model_upload')
    .where('state', 'in', ['open', 'unread'])
    .where('expires_at', '<=', at);

/** Of these drafts, the ones that somebody still needs. */
export async function draftsInUse(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('registry.model_upload')
    .select('id')
    .where('id', 'in', [...ids])
    .where('state', 'in', UNDER_WAY)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

const uploads = (db: Db) => db.selectFrom('registry.model_upload').selectAll();

const read = (row: Awaited<ReturnType<ReturnType<typeof uploads>['executeTakeFirstOrThrow']>>) => ({
  ...row,
  id: asId<ModelUploadId>(row.id),
  uploader_id: asId<AccountId>(row.uploader_id),
  bytes: Number(row.bytes),
  received: Number(row.received),
  checked: Number(row.checked),
  state: row.state as ModelUploadState,
  refusal: UploadRefusal.nullable().parse(row.refusal),
});
export type ModelUpload = ReturnType<typeof read>;
