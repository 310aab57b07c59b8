import type * as z from 'zod';
import type { Bench, BenchCell, BenchFinding, NearestModel } from '#api/program/bench-shapes.ts';
import type { Binding } from '#api/registry/binding.ts';
import type { Sample } from '#api/registry/shapes.ts';
import type { Context } from '../context.ts';
import { type ApplicationId, asId, type ModelId, type ReleaseId, type RevisionId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as generation from '../modules/generation/index.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { mediaFile, picture } from './media.ts';

/** The bench of a revision, as far as the caller may see it: a foreign one answers like none. */
export async function benchSheet(
  context: Context,
  caller: Caller,
  of: { application_id: ApplicationId; revision: number | undefined },
): Promise<Bench> {
  const { db } = context;
  const application = (await program.applicationById(db, of.application_id)) ?? refuse('NOT_FOUND');
  const as = (await seesAs(db, caller, application)) ?? refuse('NOT_FOUND');
  const revisions = await program.revisionsOf(db, application.id);
  const revision =
    revisions.find(({ number }) => of.revision === undefined || number === of.revision) ??
    refuse('NOT_FOUND');
  const { modality } = revision.content;
  const sheet = await program.sheetOfRevision(db, revision.id);
  const cells = sheet ? await program.cellsOf(db, sheet.id) : [];
  const is_newest = revision === revisions[0];
  return {
    application_id: application.id,
    revision: revision.number,
    state: sheet?.state ?? 'waiting',
    version: sheet?.version ?? 0,
    suite: sheet?.suite ?? program.BENCH_SUITE.version,
    modality,
    opened_at: sheet?.opened_at.toISOString() ?? null,
    started_at: sheet?.started_at?.toISOString() ?? null,
    ended_at: sheet?.ended_at?.toISOString() ?? null,
    progress: {
      cells: cells.length,
      made: cells.filter(({ state }) => state === 'made').length,
      failed: cells.filter(({ state }) => state === 'failed').length,
    },
    ...gridOf(modality, cells),
    cells: cells.map((cell) => presentCell(context, cell, modality)),
    repeatable: repeatableOf(cells),
    not_run: whyNotRun(revision.content.release.binding),
    output_checked_by: null,
    profile: sheet?.profile ?? null,
    nearest: await presentNearest(context, as, application, sheet?.nearest ?? []),
    findings: sheet ? await presentFindings(db, as, sheet) : [],
    can: { retry: mayRetry(caller, as, sheet, is_newest ? revision : null, cells) },
  };
}

/** What only its owner's machines run is not benched; null for everything else. */
export const whyNotRun = ({ kind }: Binding): Bench['not_run'] =>
  kind === 'pull'
    ? {
        code: program.OWN_MACHINES,
        why: 'Only machines of its owner run this model, and they take no benches: there are no samples, times or neighbours to look at here. Reviewers judge by what the application says.',
      }
    : null;

/** In which capacity somebody sees it. Reviewers see what they are asked to look at; nobody reviews their own. */
type As = 'applicant' | 'reviewer' | 'staff';
const LOOKING = new Set<string>(['assigned', 'submitted']);

async function seesAs(db: Db, { account }: Caller, application: program.Application): Promise<As | null> {
  if (!account) return null;
  if (account.id === application.applicant_id) return 'applicant';
  if (application.revision === 0) return null;
  const assignments = await program.assignmentsOf(db, application.id);
  if (program.reviewsNow(application, assignments, account.id)) return 'reviewer';
  if (account.roles.some((role) => role === 'coordinator' || role === 'chair')) return 'staff';
  if (!account.roles.includes('reviewer')) return null;
  const mine = assignments.some(({ reviewer_id, state }) => reviewer_id === account.id && LOOKING.has(state));
  return mine ? 'reviewer' : null;
}

/** The rows and columns of the sheet. */
export function gridOf(
  modality: registry.Modality,
  cells: readonly Pick<program.BenchCell, 'prompt_key' | 'seed'>[],
) {
  const keys = new Set(cells.map(({ prompt_key }) => prompt_key));
  const { EMPTY_PROMPT, NO_PROMPT, BENCH_SUITE } = program;
  const known = [...BENCH_SUITE.prompts[modality], EMPTY_PROMPT, NO_PROMPT];
  return {
    prompts: known.filter(({ key }) => keys.has(key)).map((prompt) => ({ ...prompt })),
    seeds: [...new Set(cells.map(({ seed }) => seed))],
  };
}

const repeatableOf = (cells: readonly program.BenchCell[]): boolean | null => {
  const first = cells.find(({ ordinal }) => ordinal === 0)?.digest;
  const again = cells.find(({ setting }) => setting === 'repeat')?.digest;
  return first && again ? first === again : null;
};

function presentCell(
  context: Context,
  cell: program.BenchCell,
  modality: registry.Modality,
): z.infer<typeof BenchCell> {
  const { ordinal, prompt_key, setting, seed, state, failure, why, compute_ms, wall_ms } = cell;
  const memory_bytes_peak = cell.memory_bytes_peak === null ? null : Number(cell.memory_bytes_peak);
  const sample = sampleOfCell(cell, modality);
  return {
    ...{ ordinal, prompt_key, setting, seed, state, compute_ms, wall_ms, memory_bytes_peak },
    failure: failure ? { code: failure, why: why ?? '' } : null,
    media: sample && presentSample(context, sample, `bench-${prompt_key}-${seed}`),
  };
}

type Shown = Omit<registry.NewSample, 'ordinal'>;

const sampleOfCell = (cell: program.BenchCell, modality: registry.Modality): Shown | null =>
  cell.digest && cell.extension && cell.mime && cell.bytes !== null
    ? {
        ...{ modality, digest: cell.digest, extension: cell.extension, mime: cell.mime, bytes: cell.bytes },
        ...{ width: cell.width, height: cell.height, duration_ms: cell.duration_ms },
        ...{ thumbnail: cell.thumbnail, thumbhash: cell.thumbhash, waveform: cell.waveform },
        input: { ...cell.input, seed: cell.seed },
      }
    : null;

export function presentSample(
  context: Context,
  sample: Shown,
  download_name: string,
): z.infer<typeof Sample> {
  const { modality, width, height, duration_ms, thumbhash, waveform, input } = sample;
  return {
    ...mediaFile(context, sample, download_name),
    ...{ modality, width, height, duration_ms, thumbhash, waveform, input },
    thumbnail: picture(context, sample.thumbnail),
  };
}

async function presentNearest(
  context: Context,
  as: As,
  { applicant_id }: program.Application,
  nearest: readonly program.NearestModel[],
): Promise<z.infer<typeof NearestModel>[]> {
  const ids = nearest.map(({ release_id }) => release_id);
  const samples = await registry.samplesOf(context.db, ids, 1_000);
  const shown: z.infer<typeof NearestModel>[] = [];
  for (const { release_id, kind, distance, cell_ordinal, sample_ordinal } of nearest) {
    const release = await registry.releaseById(context.db, asId<ReleaseId>(release_id));
    // whoever is near to their own work is known by it
    if (!release || (as === 'reviewer' && release.creator_id === applicant_id)) continue;
    const sample = samples.find((one) => one.release_id === release_id && one.ordinal === sample_ordinal);
    shown.push({
      ...{ kind, distance, cell_ordinal, model: nameOf(release) },
      likeness: likenessOf(kind, distance),
      sample: sample ? presentSample(context, sample, `${release.slug}-sample-${sample_ordinal + 1}`) : null,
    });
  }
  return shown;
}

const nameOf = ({ slug, title, version }: registry.Release) => ({ slug, title, version });

function likenessOf(kind: 'looks' | 'sounds', distance: number): 'nearly certain' | 'likely' | 'apart' {
  if (distance > 1) return 'apart';
  const { form_sure, sound_sure } = generation.ALIKE;
  return distance <= (kind === 'looks' ? form_sure : sound_sure) ? 'nearly certain' : 'likely';
}

const SEEN_BY: Record<As, ReadonlySet<string>> = {
  applicant: new Set(['everybody']),
  reviewer: new Set(['everybody', 'reviewers']),
  staff: new Set(['everybody', 'reviewers', 'staff']),
};

async function presentFindings(
  db: Db,
  as: As,
  sheet: program.BenchSheet,
): Promise<z.infer<typeof BenchFinding>[]> {
  const shown: z.infer<typeof BenchFinding>[] = [];
  for (const { audience, release_id, application_id, ...finding } of await program.findingsOf(db, sheet)) {
    if (!SEEN_BY[as].has(audience)) continue;
    const release = release_id ? await registry.releaseById(db, release_id) : undefined;
    shown.push({
      ...{ kind: finding.kind, severity: finding.severity },
      why: whyOf(finding, application_id !== null),
      model: release ? nameOf(release) : null,
      // who else submitted the same is for those who decide which case it is
      application_id: as === 'staff' ? application_id : null,
      evidence: as === 'staff' || !application_id ? finding.evidence : {},
    });
  }
  return shown;
}

type Found = Pick<program.NewFinding, 'kind' | 'evidence'>;

function whyOf({ kind, evidence }: Found, of_application: boolean): string {
  const number = (name: string) => Number(evidence[name] ?? 0);
  const owner = evidence['own'] === true ? ' It is the applicant’s own model.' : '';
  switch (kind) {
    case 'same_weights':
      return of_application
        ? 'Somebody else submitted the same file before.'
        : `A file of this release is published already.${owner}`;
    case 'shares_tensors':
      return `${percent(number('shared_bytes') / Math.max(1, number('of_bytes')))} of a file lies in another file too: ${number('shared')} of ${number('of')} tensors are the same.`;
    case 'looks_like':
      return `A work of the bench looks like a published sample.${owner}`;
    case 'sounds_like':
      return `A work of the bench sounds like a published sample.${owner}`;
    case 'empty_prompt':
      return 'It makes something when nothing is asked. Nothing here looks at pictures, films or music by itself: look at what came.';
    case 'not_repeatable':
      return 'The same input and seed gave something else the second time.';
    case 'slow':
      return `Half of the cells compute longer than ${Math.round(number('compute_ms_p50') / 1_000)} s; ${Math.round(number('slow_ms') / 1_000)} s are usual at most.`;
    case 'failed':
      return Object.keys(Object(evidence['codes'])).join() === program.OWN_MACHINES
        ? 'The bench did not run it: only machines of its owner do.'
        : `${number('cells')} of ${number('of')} cells failed.`;
  }
}

const percent = (part: number) => `${Math.round(part * 100)} %`;

function mayRetry(
  { account }: Caller,
  as: As,
  sheet: program.BenchSheet | undefined,
  newest: program.Revision | null,
  cells: readonly program.BenchCell[],
) {
  if (!account?.roles.includes('coordinator')) return no('Only a coordinator may.');
  if (as !== 'staff') return no('You have a part in this application.');
  if (!newest) return no('There is a newer revision.');
  if (whyNotRun(newest.content.release.binding)) return no('Only machines of its owner run it.');
  if (!sheet || sheet.state === 'waiting' || sheet.state === 'running') return no('It has not ended yet.');
  return cells.some(({ state }) => state === 'failed') ? YES : no('No cell failed.');
}

/**
 * What the bench made of a revision with its usual settings, as the samples of the release that it becomes: prompt by
 * prompt, seed by seed. The model page finds prompt and seed of each again by its bytes and its input.
 */
export async function benchSamples(db: Db, revision_id: RevisionId): Promise<registry.NewSample[]> {
  const sheet = await program.sheetOfRevision(db, revision_id);
  const revision = await program.revisionById(db, revision_id);
  if (!sheet || !revision) return [];
  const { modality } = revision.content;
  const cells = await program.cellsOf(db, sheet.id);
  const { prompts, seeds } = gridOf(modality, cells);
  return prompts
    .filter(({ key }) => key !== program.EMPTY_PROMPT.key)
    .flatMap(({ key }) => seeds.map((seed) => ({ key, seed })))
    .flatMap(({ key, seed }) => {
      const cell = cells.find(
        (one) =>
          one.prompt_key === key && one.seed === seed && one.setting === 'usual' && one.state === 'made',
      );
      return (cell && sampleOfCell(cell, modality)) ?? [];
    })
    .map((sample, ordinal) => ({ ordinal, ...sample }));
}

/** What the bench of a published model came near to when it was reviewed, for whoever decides about rights in it. */
export async function fingerprintsOf(context: Context, model_id: ModelId) {
  const { db } = context;
  const application = await program.applicationOfModel(db, model_id);
  const [revision] = application ? await program.revisionsOf(db, application.id) : [];
  const sheet = revision && (await program.sheetOfRevision(db, revision.id));
  if (!application || !sheet) return { benched: false, nearest: [], findings: [] };
  const findings = await presentFindings(db, 'staff', sheet);
  return {
    benched: true,
    nearest: await presentNearest(context, 'staff', application, sheet.nearest),
    findings: findings.filter(({ kind }) => ALIKE_KINDS.has(kind)),
  };
}

const ALIKE_KINDS = new Set(['same_weights', 'shares_tensors', 'looks_like', 'sounds_like']);
