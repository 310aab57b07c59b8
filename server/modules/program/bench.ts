import { sql } from 'kysely';
import * as z from 'zod';
import {
  type AccountId,
  type ApplicationId,
  asId,
  type BenchSheetId,
  type ModelId,
  type ReleaseId,
} from '../../ids.ts';
import type { RevisionId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import type { MediaFile } from '../../kit/media-file.ts';
import { type Actor, begin, StepRefused, takeStep } from '../../kit/state-machine.ts';
import { benchMachine, type BenchState } from './bench-machine.ts';
import { BENCH_SUITE, type PlannedCell } from './bench-suite.ts';

const SYSTEM: Actor = { id: 'system', as: 'system' };
/** Whoever may still change something looks at these; what has ended is not benched any more. */
const UNDER_WAY = ['submitted', 'screening', 'in_review', 'deliberation', 'awaiting_signature', 'appealed'];
/** What was accepted goes to its end as well: it shows the model once it is published. */
const RUN_IN = [...UNDER_WAY, 'agreement_pending'];
/** Engines outside are the operator's: they run for nobody into whose application no coordinator has looked. */
const looked_into = sql<boolean>`(a.state <> 'submitted' or r.content -> 'release' -> 'binding' ->> 'kind' = 'onnx')`;

const Json = z.record(z.string(), z.unknown());
const Thumbnail = z.object({ digest: z.string(), width: z.int(), height: z.int() });

export const BenchProfile = z.object({
  cells: z.int(),
  compute_ms_p50: z.int(),
  compute_ms_p95: z.int(),
  wall_ms_p50: z.int(),
  wall_ms_p95: z.int(),
  unit: z.enum(['megapixel', 'second']),
  compute_ms_per_unit_p50: z.int(),
  compute_ms_per_unit_p95: z.int(),
  /** the most of any cell that counts; null where nobody here can know, and where it was not measured yet */
  memory_bytes_peak: z.int().nullable().default(null),
  /** with the usual settings; null where its price class does not fit it */
  price_micros: z.string().nullable(),
  price_micros_per_compute_s: z.string().nullable(),
});
export type BenchProfile = z.infer<typeof BenchProfile>;

/** The nearest sample of a published release, and which cell comes so near to it. */
export const NearestModel = z.object({
  kind: z.enum(['looks', 'sounds']),
  release_id: z.string(),
  sample_ordinal: z.int(),
  cell_ordinal: z.int(),
  /** 0: the same; at 1 unrelated works begin */
  distance: z.number(),
});
export type NearestModel = z.infer<typeof NearestModel>;

const Finding = z.object({
  kind: z.enum([
    ...(['same_weights', 'shares_tensors', 'looks_like', 'sounds_like'] as const),
    ...(['empty_prompt', 'not_repeatable', 'slow', 'failed'] as const),
  ]),
  severity: z.enum(['serious', 'notable', 'note']),
  /** who sees it: everybody who sees the sheet, those who review, or coordinators and chairs only */
  audience: z.enum(['everybody', 'reviewers', 'staff']),
  evidence: Json,
});
export type NewFinding = z.infer<typeof Finding> & { release_id?: ReleaseId; application_id?: ApplicationId };

const sheets = (db: Db) => db.selectFrom('program.bench_sheet').selectAll();
type SheetRow = Awaited<ReturnType<ReturnType<typeof sheets>['executeTakeFirstOrThrow']>>;
const readSheet = (row: SheetRow) => ({
  ...row,
  id: asId<BenchSheetId>(row.id),
  revision_id: asId<RevisionId>(row.revision_id),
  state: z.enum(Object.keys(benchMachine.states) as [BenchState, ...BenchState[]]).parse(row.state),
  spent_ms: Number(row.spent_ms),
  profile: BenchProfile.nullable().parse(row.profile),
  nearest: z.array(NearestModel).nullable().parse(row.nearest) ?? [],
});
export type BenchSheet = ReturnType<typeof readSheet>;

export async function sheetOfRevision(db: Db, revision_id: RevisionId): Promise<BenchSheet | undefined> {
  const row = await sheets(db).where('revision_id', '=', revision_id).executeTakeFirst();
  return row && readSheet(row);
}

const cells = (db: Db) => db.selectFrom('program.bench_cell').selectAll();
type CellRow = Awaited<ReturnType<ReturnType<typeof cells>['executeTakeFirstOrThrow']>>;
const readCell = (row: CellRow) => ({
  ...row,
  sheet_id: asId<BenchSheetId>(row.sheet_id),
  setting: z.enum(['usual', 'repeat', 'smallest']).parse(row.setting),
  state: z.enum(['waiting', 'made', 'failed']).parse(row.state),
  seed: Number(row.seed),
  input: Json.parse(row.input),
  thumbnail: Thumbnail.nullable().parse(row.thumbnail),
});
export type BenchCell = ReturnType<typeof readCell>;

export async function cellsOf(db: Db, id: BenchSheetId): Promise<BenchCell[]> {
  const rows = await cells(db).where('sheet_id', '=', id).orderBy('ordinal').execute();
  return rows.map(readCell);
}

/** The cells that made these files, whichever sheet they are of. */
export async function cellsByDigest(db: Db, digests: readonly string[]): Promise<BenchCell[]> {
  if (digests.length === 0) return [];
  const rows = await cells(db)
    .where('digest', 'in', [...digests])
    .where('setting', '=', 'usual')
    .execute();
  return rows.map(readCell);
}

/** Findings of the newest attempt, as they were found. */
export async function findingsOf(db: Db, { id, attempt }: Pick<BenchSheet, 'id' | 'attempt'>) {
  const rows = await db
    .selectFrom('program.bench_finding')
    .select(['kind', 'severity', 'audience', 'release_id', 'application_id', 'evidence'])
    .where('sheet_id', '=', id)
    .where('attempt', '=', attempt)
    .orderBy('ordinal')
    .execute();
  return rows.map(({ release_id, application_id, ...finding }) => ({
    ...Finding.parse(finding),
    release_id: release_id && asId<ReleaseId>(release_id),
    application_id: application_id && asId<ApplicationId>(application_id),
  }));
}

/** Newest revisions of applications under way that may have a sheet and have none yet, the oldest first. */
export async function revisionsWithoutSheet(
  db: Db,
  limit: number,
  except: readonly RevisionId[] = [],
): Promise<RevisionId[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id from program.application a join program.revision r on r.application_id = a.id and r.number = a.revision
    where a.state = any(${UNDER_WAY}) and ${looked_into} and r.id <> all(${[...except]}::uuid[])
      and not exists (select from program.bench_sheet s where s.revision_id = r.id)
    order by r.submitted_at, r.id limit ${limit}`.execute(db);
  return rows.map(({ id }) => asId<RevisionId>(id));
}

/** Plans the bench of a revision; answers false where somebody else just has. */
export async function openSheet(
  tx: Tx,
  sheet: { id: BenchSheetId; revision_id: RevisionId },
  planned: readonly PlannedCell[],
  at: Date,
): Promise<boolean> {
  const opened = await tx
    .insertInto('program.bench_sheet')
    .values({ ...sheet, state: benchMachine.begins, suite: BENCH_SUITE.version, opened_at: at })
    .onConflict((conflict) => conflict.column('revision_id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!opened) return false;
  await begin(tx, benchMachine, { id: sheet.id, by: SYSTEM, at });
  await tx
    .insertInto('program.bench_cell')
    .values(
      planned.map((cell) => ({
        ...cell,
        sheet_id: sheet.id,
        seed: BigInt(cell.seed),
        input: JSON.stringify(cell.input),
      })),
    )
    .execute();
  return true;
}

export type Lease = { id: BenchSheetId; revision_id: RevisionId; token: string };

/**
 * Takes a sheet whose holder stopped, or else the oldest that waits, of the applicant whose last turn is longest ago;
 * nobody else has it until `until`. Sheets of applications that ended, and of revisions that have a newer one, are
 * left.
 */
export async function claimSheet(
  tx: Tx,
  { token, at, until }: { token: string; at: Date; until: Date },
): Promise<Lease | null> {
  const { rows } = await sql<{ id: string; revision_id: string; state: BenchState }>`
    select s.id, s.revision_id, s.state
    from program.bench_sheet s join program.revision r on r.id = s.revision_id
      join program.application a on a.id = r.application_id and a.revision = r.number
    where (s.state = 'waiting' or (s.state = 'running' and s.leased_until <= ${at}))
      and a.state = any(${RUN_IN}) and ${looked_into}
    order by s.state <> 'running', (
      select max(had.started_at) from program.application own join program.revision said on said.application_id = own.id
        join program.bench_sheet had on had.revision_id = said.id
      where own.applicant_id = a.applicant_id) nulls first, s.opened_at, s.id
    limit 1 for update of s skip locked`.execute(tx);
  const [row] = rows;
  if (!row) return null;
  const act = row.state === 'waiting' ? 'start' : 'take_over';
  const set = { lease_token: token, leased_until: until, ...(act === 'start' && { started_at: at }) };
  await takeStep(tx, benchMachine, act, { id: row.id, by: SYSTEM, at, set });
  return { id: asId<BenchSheetId>(row.id), revision_id: asId<RevisionId>(row.revision_id), token };
}

const held = (tx: Tx, { id, token }: Lease) =>
  tx
    .updateTable('program.bench_sheet')
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('lease_token', '=', token);

/** Lets somebody else go on at once. */
export async function releaseSheet(tx: Tx, lease: Lease, at: Date): Promise<void> {
  await held(tx, lease).set({ leased_until: at }).execute();
}

export type CellResult =
  | { state: 'failed'; failure: string; why: string; wall_ms: number }
  | (MediaFile & {
      state: 'made';
      compute_ms: number;
      wall_ms: number;
      memory_bytes_peak: bigint | null;
    });

/** Writes a cell down once, and holds the sheet longer; answers false when somebody else holds it by now. */
export async function recordCell(
  tx: Tx,
  lease: Lease,
  ordinal: number,
  result: CellResult,
  { at, until }: { at: Date; until: Date },
): Promise<boolean> {
  const kept = await held(tx, lease)
    .set(({ eb }) => ({ leased_until: until, spent_ms: eb('spent_ms', '+', BigInt(result.wall_ms)) }))
    .returning('id')
    .executeTakeFirst();
  if (!kept) return false;
  const row = 'thumbnail' in result ? { ...result, thumbnail: jsonOf(result.thumbnail) } : result;
  await tx
    .updateTable('program.bench_cell')
    .set({ ...row, ended_at: at })
    .where('sheet_id', '=', lease.id)
    .where('ordinal', '=', ordinal)
    .where('state', '=', 'waiting')
    .execute();
  return true;
}

const jsonOf = (value: object | null) => value && JSON.stringify(value);

/** Ends a sheet of which no cell waits; answers false when somebody else holds it by now. */
export async function endSheet(
  tx: Tx,
  lease: Lease,
  act: 'finish' | 'fail',
  ended: {
    profile: BenchProfile | null;
    nearest: readonly NearestModel[];
    findings: readonly NewFinding[];
    at: Date;
  },
): Promise<boolean> {
  const { profile, nearest, findings, at } = ended;
  const sheet = await held(tx, lease).set({ leased_until: at }).returning('attempt').executeTakeFirst();
  if (!sheet) return false;
  const { id } = lease;
  const set = { profile: jsonOf(profile), nearest: JSON.stringify(nearest), ended_at: at, lease_token: null };
  await takeStep(tx, benchMachine, act, { id, by: SYSTEM, at, set: { ...set, leased_until: null } });
  if (findings.length === 0) return true;
  await tx
    .insertInto('program.bench_finding')
    .values(
      findings.map((finding, ordinal) => ({
        ...{ sheet_id: id, attempt: sheet.attempt, ordinal },
        ...finding,
        evidence: JSON.stringify(finding.evidence),
      })),
    )
    .execute();
  return true;
}

/** Lets what failed wait again; answers how many cells, and changes nothing where there are none. */
export async function retryBench(
  tx: Tx,
  step: { id: BenchSheetId; by: Actor; at: Date; version?: number | undefined },
): Promise<number> {
  const { attempt, state } = await tx
    .selectFrom('program.bench_sheet')
    .select(['attempt', 'state'])
    .where('id', '=', step.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (state === 'waiting' || state === 'running')
    throw new StepRefused({ code: 'NOT_NOW', state, act: 'retry', possible: [] });
  const { numUpdatedRows } = await tx
    .updateTable('program.bench_cell')
    .set({ state: 'waiting', failure: null, why: null, wall_ms: null, ended_at: null })
    .where('sheet_id', '=', step.id)
    .where('state', '=', 'failed')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return 0;
  const set = { attempt: attempt + 1, spent_ms: 0n, ended_at: null };
  await takeStep(tx, benchMachine, 'retry', { ...step, set });
  return Number(numUpdatedRows);
}

/** Who submitted one of these files before, other than the applicant, the earliest first. */
export async function earlierSubmissions(
  db: Db,
  digests: readonly string[],
  { applicant_id, before }: { applicant_id: AccountId; before: Date },
): Promise<{ application_id: ApplicationId; digest: string; submitted_at: Date }[]> {
  const found = new Map<string, { application_id: ApplicationId; digest: string; submitted_at: Date }>();
  for (const digest of digests) {
    const { rows } = await sql<{ application_id: string; submitted_at: Date }>`
      select distinct on (r.application_id) r.application_id, r.submitted_at
      from program.revision r join program.application a on a.id = r.application_id
      where r.content -> 'release' -> 'files' @> ${JSON.stringify([{ digest }])}::jsonb
        and a.applicant_id <> ${applicant_id} and r.submitted_at < ${before}
      order by r.application_id, r.submitted_at limit 20`.execute(db);
    for (const { application_id, submitted_at } of rows)
      if (!found.has(application_id))
        found.set(application_id, { application_id: asId(application_id), digest, submitted_at });
  }
  return [...found.values()].sort((one, other) => one.submitted_at.getTime() - other.submitted_at.getTime());
}

/** Files of what the benches made. */
export async function storedBenchFiles(db: Db): Promise<{ sheet_id: string; digest: string }[]> {
  const { rows } = await sql<{ sheet_id: string; digest: string }>`
    select sheet_id, digest from program.bench_cell where digest is not null
    union select sheet_id, thumbnail ->> 'digest' from program.bench_cell where thumbnail is not null
    order by 1, 2`.execute(db);
  return rows;
}

/** Published models of a modality that came through the program and have a whole bench, the newest first. */
export async function benchedModels(db: Db, modality: string, limit: number): Promise<ModelId[]> {
  const rows = await db
    .selectFrom('program.application as a')
    .innerJoin('program.revision as r', (join) =>
      join.onRef('r.application_id', '=', 'a.id').onRef('r.number', '=', 'a.revision'),
    )
    .innerJoin('program.bench_sheet as s', 's.revision_id', 'r.id')
    .select('a.model_id')
    .where('a.state', '=', 'enrolled')
    .where('a.modality', '=', modality)
    .where('s.state', '=', 'done')
    .orderBy('a.state_since', 'desc')
    .limit(limit)
    .execute();
  return rows.flatMap(({ model_id }) => (model_id ? [asId<ModelId>(model_id)] : []));
}
