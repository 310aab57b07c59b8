import { sql } from 'kysely';
import type { Db, Tx } from '../../kit/database.ts';
import type { TensorDigest } from './checks/index.ts';

/** Smaller tensors (a bias of zeros, one number) are the same in files that have nothing to do with each other. */
const TELLING_BYTES_MIN = 1024;

/** Notes the tensors of a file. What is known of it already stays. */
export async function noteTensors(
  tx: Tx,
  file_digest: string,
  tensors: readonly TensorDigest[],
): Promise<void> {
  await sql`
    insert into registry.tensor_digest (file_digest, ordinal, name, type, shape, bytes, digest)
    select ${file_digest}, ordinal, name, type, shape, bytes, digest
    from jsonb_to_recordset(${JSON.stringify(tensors.map((tensor, ordinal) => ({ ordinal, ...tensor })))}::jsonb)
      as tensor (ordinal int, name text, type text, shape int8[], bytes int8, digest text)
    on conflict (file_digest, ordinal) do nothing`.execute(tx);
}

export type Sharing = {
  file_digest: string;
  /** How many of the telling tensors of the file asked about are in this one as well, and how many there are. */
  shared: number;
  of: number;
  shared_bytes: number;
  of_bytes: number;
};

/** Other files that hold tensors of this one, those with the most bytes of it first. */
export async function filesSharingTensors(db: Db, file_digest: string, limit = 20): Promise<Sharing[]> {
  const { rows } = await sql<Record<keyof Sharing, string>>`
    with mine as (
      select distinct digest, bytes from registry.tensor_digest
      where file_digest = ${file_digest} and bytes >= ${TELLING_BYTES_MIN}
    )
    select other.file_digest, count(distinct mine.digest)::text as shared, (select count(*) from mine)::text as of,
      sum(mine.bytes)::text as shared_bytes, (select coalesce(sum(bytes), 0) from mine)::text as of_bytes
    from mine
    join lateral (
      select distinct file_digest from registry.tensor_digest other
      where other.digest = mine.digest and other.bytes >= ${sql.lit(TELLING_BYTES_MIN)} and other.file_digest <> ${file_digest}
    ) other on true
    group by other.file_digest
    order by sum(mine.bytes) desc, other.file_digest
    limit ${limit}`.execute(db);
  return rows.map(({ file_digest, shared, of, shared_bytes, of_bytes }) => ({
    file_digest,
    shared: Number(shared),
    of: Number(of),
    shared_bytes: Number(shared_bytes),
    of_bytes: Number(of_bytes),
  }));
}
