import { sql } from 'kysely';
import { Modality } from '#api/base.ts';
import { asId, type AccountId, type AssetId } from '../../../ids.ts';
import type { Db, Tx } from '../../../kit/database.ts';
import { insertAll } from '../../../kit/insert-all.ts';
import { Terms } from '../terms.ts';
import { bandsNear, bandsOf, type Likeness, pictureLikeness, soundLikeness } from './prints.ts';

export type NewStatement = {
  asset_id: AssetId;
  jws: string;
  issued_at: Date;
  unsigned_because: string | null;
  files: { digest: string; role: string }[];
};

/** Written once, with the assets that it is about. */
export async function recordStatements(tx: Tx, statements: readonly NewStatement[]): Promise<void> {
  const files = statements.flatMap((of) => of.files.map((file) => ({ asset_id: of.asset_id, ...file })));
  const unheard = statements.map(({ asset_id }) => ({ asset_id }));
  await insertAll(
    tx,
    'generation.statement',
    statements.map(({ files: _, ...statement }) => statement),
  );
  await insertAll(tx, 'generation.asset_file', files, { skip_known: true });
  await insertAll(tx, 'generation.unheard', unheard);
}

export async function statementOfAsset(db: Db, id: AssetId): Promise<string | null> {
  const row = await db
    .selectFrom('generation.statement')
    .select('jws')
    .where('asset_id', '=', id)
    .executeTakeFirst();
  return row?.jws ?? null;
}

const STATEMENTS_AT_ONCE = 500;

/** Every statement with its asset's digest and the files that lead to it. */
export async function* eachStatement(
  db: Db,
): AsyncGenerator<{ asset_id: string; digest: string; jws: string; files: string[] }> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const { rows } = await sql<{ asset_id: string; digest: string; jws: string; files: string[] }>`
      select s.asset_id, a.digest, s.jws,
        array(select f.digest from generation.asset_file f where f.asset_id = s.asset_id) as files
      from generation.statement s join generation.asset a on a.id = s.asset_id
      where s.asset_id > ${after} order by s.asset_id limit ${STATEMENTS_AT_ONCE}`.execute(db);
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.asset_id;
  }
}

/** Assets that somebody has, made since statements are issued, of which nothing was signed. */
export async function assetsWithoutStatement(db: Db): Promise<AssetId[]> {
  const { rows } = await sql<{ id: string }>`
    select a.id from generation.asset a join generation.generation g on g.id = a.generation_id
    where g.state = 'succeeded'
      and a.created_at >= (select min(issued_at) from generation.statement)
      and not exists (select from generation.statement s where s.asset_id = a.id)
    order by a.id`.execute(db);
  return rows.map(({ id }) => asId<AssetId>(id));
}

// what is known of assets to whoever holds a file -----------------------------------------------------------

/** The same bytes made often, as of a picture of one colour, say no more with each. */
const SAME_MAX = 20;

const known = (db: Db) =>
  db
    .selectFrom('generation.asset as a')
    .innerJoin('generation.generation as g', 'g.id', 'a.generation_id')
    .leftJoin('generation.statement as s', 's.asset_id', 'a.id')
    .select(['a.id', 'a.owner_id', 'a.modality', 'a.created_at', 'g.terms', 's.jws'])
    .where('g.state', '=', 'succeeded');

type KnownRow = Awaited<ReturnType<ReturnType<typeof known>['executeTakeFirstOrThrow']>>;
const readKnown = ({ terms, ...row }: KnownRow) => {
  const { model, release } = Terms.parse(terms);
  return {
    ...row,
    id: asId<AssetId>(row.id),
    owner_id: asId<AccountId>(row.owner_id),
    modality: Modality.parse(row.modality),
    model,
    release,
  };
};
export type KnownAsset = ReturnType<typeof readKnown>;

/** Assets of which this is a file, those in the bin too, the oldest first. */
export async function assetsWithFile(db: Db, digest: string): Promise<(KnownAsset & { role: string })[]> {
  const rows = await known(db)
    .innerJoin('generation.asset_file as f', 'f.asset_id', 'a.id')
    .select('f.role')
    .where('f.digest', '=', digest)
    .orderBy('a.id')
    .limit(SAME_MAX)
    .execute();
  return rows.map(({ role, ...row }) => ({ ...readKnown(row), role }));
}

type Prints = { pictures: readonly Uint8Array[]; sounds: readonly Int32Array[] };
/** Candidates are looked at one by one: so many at most. */
const PICTURES_MAX = 2_000;
const SOUNDS_MAX = 20;
const ALIKE_MAX = 5;

/** Assets that look or sound like this, the nearest first. */
export async function assetsAlike(db: Db, prints: Prints): Promise<(KnownAsset & { likeness: Likeness })[]> {
  const alike = [...(await picturesNear(db, prints.pictures)), ...(await soundsNear(db, prints.sounds))];
  const best = new Map<string, Likeness>();
  for (const { asset_id, likeness } of alike)
    if (likeness.distance < (best.get(asset_id)?.distance ?? Infinity)) best.set(asset_id, likeness);
  if (best.size === 0) return [];
  const rows = await known(db)
    .where('a.id', 'in', [...best.keys()])
    .execute();
  return rows
    .flatMap((row) => {
      const likeness = best.get(row.id);
      return likeness ? [{ ...readKnown(row), likeness }] : [];
    })
    .sort((one, other) => one.likeness.distance - other.likeness.distance)
    .slice(0, ALIKE_MAX);
}

type Near = { asset_id: string; likeness: Likeness };

async function picturesNear(db: Db, pictures: readonly Uint8Array[]): Promise<Near[]> {
  if (pictures.length === 0) return [];
  const asked = pictures.map((print) => new Uint8Array(print));
  const { rows } = await sql<{ asset_id: string; print: Buffer }>`
    select asset_id, print from generation.picture_print
    where bands && ${bandsNear(asked)}::int4[] limit ${PICTURES_MAX}`.execute(db);
  return rows.flatMap(({ asset_id, print }) => {
    const likeness = pictureLikeness(asked, new Uint8Array(print));
    return likeness ? [{ asset_id, likeness }] : [];
  });
}

/** Those that share the most pieces. */
async function soundsNear(db: Db, sounds: readonly Int32Array[]): Promise<Near[]> {
  const pieces = [...new Set(sounds.flatMap((print) => [...print]))].filter((piece) => piece !== 0);
  if (pieces.length === 0) return [];
  const asked = sounds.map((print) => new Int32Array(print));
  const { rows } = await sql<{ asset_id: string; print: number[] }>`
    select asset_id, print from generation.sound_print
    where print && ${pieces}::int4[]
    order by cardinality(array(select unnest(print) intersect select unnest(${pieces}::int4[]))) desc
    limit ${SOUNDS_MAX}`.execute(db);
  return rows.flatMap(({ asset_id, print }) => {
    const likeness = soundLikeness(asked, Int32Array.from(print));
    return likeness ? [{ asset_id, likeness }] : [];
  });
}

// what was not looked at yet ---------------------------------------------------------------------------------

/** The file of each that says what it looks or sounds like: of a picture a small one, of a film its poster. */
export async function unheardAssets(db: Db, limit: number): Promise<{ id: AssetId; digest: string }[]> {
  const { rows } = await sql<{ id: string; digest: string }>`
    select a.id, coalesce(case a.modality when 'image' then a.thumbnail->>'digest' when 'video' then a.poster->>'digest' end,
      a.digest) as digest
    from generation.unheard u join generation.asset a on a.id = u.asset_id
      join generation.generation g on g.id = a.generation_id
    where g.state = 'succeeded' order by u.asset_id limit ${limit}`.execute(db);
  return rows.map(({ id, digest }) => ({ id: asId<AssetId>(id), digest }));
}

export async function recordPrints(tx: Tx, asset_id: AssetId, { pictures, sounds }: Prints): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('generation.unheard')
    .where('asset_id', '=', asset_id)
    .executeTakeFirst();
  // somebody else was faster
  if (numDeletedRows === 0n) return;
  if (pictures.length > 0)
    await tx
      .insertInto('generation.picture_print')
      .values(
        pictures.map((print, variant) => ({
          asset_id,
          variant,
          print: Buffer.from(print),
          bands: bandsOf(new Uint8Array(print)),
        })),
      )
      .execute();
  const [sound] = sounds;
  if (sound?.some((piece) => piece !== 0))
    await tx
      .insertInto('generation.sound_print')
      .values({ asset_id, print: [...sound] })
      .execute();
}
