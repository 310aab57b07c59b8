import { readFile } from 'node:fs/promises';
import { soundDistance } from '@stellary/proofs/fingerprint';
import type { Context } from '../context.ts';
import { asId, type ReleaseId } from '../ids.ts';
import { codeOf } from '../kit/system-error.ts';
import * as generation from '../modules/generation/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import type { CheckedRelease } from './release-content.ts';

/** Whose revision it is, and the release in it, or why that is not in order. */
export type BenchSubject = {
  application: program.Application;
  revision: program.Revision;
  release: { ok: true; content: CheckedRelease } | { ok: false; why: string };
};

type Judged = {
  profile: program.BenchProfile | null;
  nearest: program.NearestModel[];
  findings: program.NewFinding[];
};
type Made = program.BenchCell & { digest: string; compute_ms: number; wall_ms: number };

/** What a whole bench says: how long it takes and costs, what is nearest to it, and what is worth a second look. */
export async function judgeBench(
  context: Context,
  subject: BenchSubject,
  cells: readonly program.BenchCell[],
): Promise<Judged | 'another time'> {
  const made = cells.filter(isMade);
  const usual = made.filter(({ setting }) => setting === 'usual');
  const nearest = await nearestModels(context, subject.revision.content.modality, usual);
  if (nearest === 'another time') return nearest;
  const profile = await profileOf(context, subject, usual.length > 0 ? usual : made);
  const findings = [
    ...(await sameWeights(context, subject)),
    ...(await sharedTensors(context, subject)),
    ...(await alike(context, subject, nearest)),
    ...ofTheRun(subject, cells, profile),
  ];
  return { profile, nearest, findings };
}

const isMade = (cell: program.BenchCell): cell is Made => cell.state === 'made';

// times and price --------------------------------------------------------------------------------------------

const PIXELS_A_MEGAPIXEL = 1_048_576;

async function profileOf(
  context: Context,
  { revision, release }: BenchSubject,
  cells: readonly Made[],
): Promise<program.BenchProfile | null> {
  const [first] = cells;
  if (!first || !release.ok) return null;
  const is_picture = revision.content.modality === 'image';
  const unitsOf = ({ width, height, duration_ms }: Made) =>
    is_picture ? ((width ?? 0) * (height ?? 0)) / PIXELS_A_MEGAPIXEL : (duration_ms ?? 0) / 1_000;
  const compute = cells.map(({ compute_ms }) => compute_ms);
  const wall = cells.map(({ wall_ms }) => wall_ms);
  const each = cells.flatMap((cell) => (unitsOf(cell) > 0 ? [cell.compute_ms / unitsOf(cell)] : []));
  const compute_ms_p50 = quantile(compute, 0.5);
  // checked when the release was: its class prices its units, and its defaults are whole numbers
  const { price_class, metering } = release.content;
  const peaks = cells.flatMap(({ memory_bytes_peak }) => memory_bytes_peak ?? []);
  const card = await generation.rateCardInForce(context.db, context.clock.now());
  const price = generation.priceOf(card, price_class, metering, first.input);
  return {
    cells: cells.length,
    ...{ compute_ms_p50, compute_ms_p95: quantile(compute, 0.95) },
    ...{ wall_ms_p50: quantile(wall, 0.5), wall_ms_p95: quantile(wall, 0.95) },
    unit: is_picture ? 'megapixel' : 'second',
    compute_ms_per_unit_p50: quantile(each, 0.5),
    compute_ms_per_unit_p95: quantile(each, 0.95),
    memory_bytes_peak: peaks.length > 0 ? Math.max(...peaks.map(Number)) : null,
    price_micros: price.toString(),
    price_micros_per_compute_s: ((price * 1_000n) / BigInt(Math.max(1, compute_ms_p50))).toString(),
  };
}

/** The smallest value that so many are not above. */
function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0);
}

// nearest published models ------------------------------------------------------------------------------------

const NEAREST_MAX = 5;
const SOUNDS_MAX = 20;
const INSPECT_MS_MAX = 60_000;

async function nearestModels(
  context: Context,
  modality: registry.Modality,
  cells: readonly Made[],
): Promise<program.NearestModel[] | 'another time'> {
  if (cells.length === 0) return [];
  if (!(await printSamples(context, modality))) return 'another time';
  const prints: { ordinal: number; print: program.Print }[] = [];
  for (const { ordinal, digest, thumbnail } of cells) {
    const print = await printOf(context, modality === 'music' ? digest : (thumbnail?.digest ?? digest));
    if (!print) return 'another time';
    prints.push({ ordinal, print });
  }
  return modality === 'music' ? soundsNear(context, prints) : picturesNear(context, modality, prints);
}

type Prints = readonly { ordinal: number; print: program.Print }[];

async function picturesNear(
  { db }: Context,
  modality: registry.Modality,
  prints: Prints,
): Promise<program.NearestModel[]> {
  const asked = prints.flatMap(({ ordinal, print: { picture } }) =>
    picture ? [{ ordinal, print: picture }] : [],
  );
  const found = await program.picturesNearest(db, modality, asked, NEAREST_MAX);
  return found.map(({ release_id, ordinal, cell_ordinal, bits }) => ({
    ...{ kind: 'looks', release_id, sample_ordinal: ordinal, cell_ordinal },
    distance: rounded(bits / generation.ALIKE.form_bits_max),
  }));
}

async function soundsNear({ db }: Context, prints: Prints): Promise<program.NearestModel[]> {
  const best = new Map<string, program.NearestModel>();
  for (const { ordinal: cell_ordinal, print } of prints) {
    if (!print.sound) continue;
    const asked = new Int32Array(print.sound);
    for (const { release_id, ordinal, sound } of await program.soundsSharing(db, asked, SOUNDS_MAX)) {
      const far = soundDistance(asked, sound);
      if (!far) continue;
      const distance = rounded(far.errors / generation.ALIKE.sound_errors_max);
      if (distance >= (best.get(release_id)?.distance ?? Infinity)) continue;
      best.set(release_id, { kind: 'sounds', release_id, sample_ordinal: ordinal, cell_ordinal, distance });
    }
  }
  return [...best.values()].sort((one, other) => one.distance - other.distance).slice(0, NEAREST_MAX);
}

const rounded = (distance: number) => Math.round(distance * 1_000) / 1_000;

/** Looks at or listens to the samples of published releases that nobody has yet; false where the desk is closing. */
async function printSamples(context: Context, modality: registry.Modality): Promise<boolean> {
  const printed = await program.printedSamples(context.db);
  for (const { digest, ...place } of await registry.tellingFilesOfSamples(context.db, modality)) {
    if (printed.has(`${place.release_id} ${place.ordinal}`)) continue;
    const print = await printOf(context, digest);
    if (!print) return false;
    await context.database.inTransaction((tx) =>
      program.recordSamplePrint(tx, { ...place, modality }, print),
    );
  }
  return true;
}

const UNREADABLE = new Set(['ENOENT', 'EIO']);

/** Null where the desk is closing. What cannot be read looks and sounds like nothing. */
async function printOf(context: Context, digest: string): Promise<program.Print | null> {
  const bytes = await readFile(context.media.pathOf(digest)).catch((error: unknown) => {
    if (!UNREADABLE.has(codeOf(error) ?? '')) throw error;
    return null;
  });
  if (!bytes) return { picture: null, sound: null };
  const order = { bytes, anchors: null, as: 'original' } as const;
  const done = await context.desk.do('inspect', order, { wall_ms_max: INSPECT_MS_MAX });
  if (done.ok) return { picture: done.value.pictures[0] ?? null, sound: done.value.sounds[0] ?? null };
  return done.code === 'cancelled' ? null : { picture: null, sound: null };
}

// what is worth a second look ----------------------------------------------------------------------------------

const filesOf = ({ revision }: BenchSubject): string[] => [
  ...new Set(revision.content.release.files.map(({ digest }) => digest)),
];
const hexOf = (digest: string) => digest.slice('sha256:'.length);

/** The very same files: published already, or submitted before by somebody else, who comes first. */
async function sameWeights({ db }: Context, subject: BenchSubject): Promise<program.NewFinding[]> {
  const { applicant_id } = subject.application;
  const published = await registry.releasesWithFiles(db, filesOf(subject).map(hexOf));
  const before = subject.revision.submitted_at;
  const submitted = await program.earlierSubmissions(db, filesOf(subject), { applicant_id, before });
  return [
    ...published.map(({ id, creator_id, digest }): program.NewFinding => {
      const own = creator_id === applicant_id;
      return {
        kind: 'same_weights',
        severity: own ? 'note' : 'serious',
        // whose model it is would tell the reviewers who applies
        audience: own ? 'staff' : 'everybody',
        release_id: id,
        evidence: { file: `sha256:${digest}`, own },
      };
    }),
    ...submitted.map(({ application_id, digest, submitted_at }): program.NewFinding => {
      const evidence = { file: digest, submitted_at: submitted_at.toISOString() };
      return { kind: 'same_weights', severity: 'serious', audience: 'reviewers', application_id, evidence };
    }),
  ];
}

/** Less than this of a file in another one may be a common part, such as an embedding. */
const SHARED_MIN = 0.05;
const SHARED_SERIOUS = 0.5;

/** Files that are not the same but hold the same tensors, as after a merge or a fine-tuning of a part. */
async function sharedTensors({ db }: Context, subject: BenchSubject): Promise<program.NewFinding[]> {
  const { applicant_id } = subject.application;
  const before = subject.revision.submitted_at;
  const findings: program.NewFinding[] = [];
  for (const file of filesOf(subject))
    for (const { file_digest, ...counts } of await registry.filesSharingTensors(db, hexOf(file))) {
      const part = counts.of_bytes > 0 ? counts.shared_bytes / counts.of_bytes : 0;
      if (part < SHARED_MIN) continue;
      const evidence = { file, other: `sha256:${file_digest}`, ...counts };
      const severity = part >= SHARED_SERIOUS ? 'serious' : 'notable';
      const kind = 'shares_tensors';
      for (const { id, creator_id } of await registry.releasesWithFiles(db, [file_digest])) {
        const audience = creator_id === applicant_id ? 'staff' : 'everybody';
        findings.push({ kind, severity, audience, release_id: id, evidence });
      }
      const others = await program.earlierSubmissions(db, [`sha256:${file_digest}`], {
        applicant_id,
        before,
      });
      for (const { application_id } of others)
        findings.push({ kind, severity, audience: 'reviewers', application_id, evidence });
    }
  return findings;
}

async function alike(
  { db }: Context,
  { application }: BenchSubject,
  nearest: readonly program.NearestModel[],
): Promise<program.NewFinding[]> {
  const findings: program.NewFinding[] = [];
  for (const { kind, release_id, distance, ...cells } of nearest) {
    if (distance > 1) continue;
    const id = asId<ReleaseId>(release_id);
    const own = (await registry.releaseById(db, id))?.creator_id === application.applicant_id;
    const sure = kind === 'looks' ? generation.ALIKE.form_sure : generation.ALIKE.sound_sure;
    findings.push({
      kind: kind === 'looks' ? 'looks_like' : 'sounds_like',
      severity: own ? 'note' : distance <= sure ? 'serious' : 'notable',
      audience: own ? 'staff' : 'everybody',
      release_id: id,
      evidence: { distance, ...cells, own },
    });
  }
  return findings;
}

/** What the cells themselves say. */
function ofTheRun(
  { revision }: BenchSubject,
  cells: readonly program.BenchCell[],
  profile: program.BenchProfile | null,
): program.NewFinding[] {
  const findings: program.NewFinding[] = [];
  const find = (finding: Omit<program.NewFinding, 'audience'>) =>
    void findings.push({ audience: 'everybody', ...finding });
  const failures = cells.filter(({ state }) => state === 'failed');
  if (failures.length > 0)
    find({
      kind: 'failed',
      severity: isOwnMachines(failures) || 2 * failures.length <= cells.length ? 'notable' : 'serious',
      evidence: {
        cells: failures.length,
        of: cells.length,
        codes: countOf(failures.map(({ failure }) => failure)),
      },
    });
  const again = cells.find(({ setting }) => setting === 'repeat');
  const first = cells.find((cell) => cell.setting === 'usual' && cell.ordinal === 0);
  if (again?.digest && first?.digest && again.digest !== first.digest)
    find({
      kind: 'not_repeatable',
      severity: 'notable',
      evidence: { first: first.digest, again: again.digest },
    });
  const slow_ms = program.BENCH_SUITE.slow_ms[revision.content.modality];
  if (profile && profile.compute_ms_p50 > slow_ms)
    find({
      kind: 'slow',
      severity: 'notable',
      evidence: { compute_ms_p50: profile.compute_ms_p50, slow_ms },
    });
  const unasked = cells.filter(
    ({ prompt_key, state }) => prompt_key === program.EMPTY_PROMPT.key && state === 'made',
  );
  if (unasked.length > 0)
    find({
      kind: 'empty_prompt',
      severity: 'note',
      evidence: { cells: unasked.map(({ ordinal }) => ordinal) },
    });
  return findings;
}

/** Nothing failed: the bench has no way to run it. */
const isOwnMachines = (failures: readonly program.BenchCell[]) =>
  failures.every(({ failure }) => failure === program.OWN_MACHINES);

function countOf(codes: readonly (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code ?? 'unknown'] = (counts[code ?? 'unknown'] ?? 0) + 1;
  return counts;
}
