import { randomUUID } from 'node:crypto';
import type { Binding } from '#api/registry/binding.ts';
import type { ReleaseInput } from '#api/registry/release-input.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import type { ReleaseContent } from './publish-model.ts';

/** What a release is checked against: what it is of, and whose files it may name (anybody's, if nobody is said). */
export type ReleaseOf = { slug: string; modality: registry.Modality; uploader_id?: AccountId };
type Offered = Omit<ReleaseInput, 'licence'>;
/** A release in order, but for what it makes. */
export type CheckedRelease = Omit<ReleaseContent, 'samples' | 'licence' | 'licence_document' | 'changelog'>;

/** A release with all of it in order, whose networks have run once; refuses by name what is not. */
export async function contentOf(
  context: Context,
  model: ReleaseOf,
  release: ReleaseInput,
): Promise<ReleaseContent> {
  const checked = await checkedRelease(context, model, release);
  const samples = checked.binding.kind === 'onnx' ? [await tryOut(context, model, checked)] : [];
  const { licence, licence_document, changelog } = release;
  return { ...checked, licence, licence_document, changelog, samples };
}

/** Its files, its binding, its schema and its price; nothing is run. */
export async function checkedRelease(
  context: Context,
  model: ReleaseOf,
  release: Offered,
): Promise<CheckedRelease> {
  const found = await Promise.all(release.files.map((file) => findFile(context, model, file)));
  const binding = checkBinding(context, model, release.binding, found);
  const input_schema = checkSchema(release.input_schema ?? schemaOf(binding), binding);
  const metering = release.metering ?? USUAL_METERING[model.modality];
  await checkPrice(context, release.price_class, metering, input_schema);
  const files = found.map(({ role, file }) => ({
    role,
    name: file.name,
    sha256: file.digest,
    bytes: file.bytes,
  }));
  const { version, price_class } = release;
  return { version, binding, files, input_schema, metering, price_class };
}

type Found = { role: string; file: registry.ModelFile };

async function findFile(
  { db }: Context,
  { uploader_id }: ReleaseOf,
  { role, digest }: { role: string; digest: string },
): Promise<Found> {
  const file = await registry.modelFile(db, digest.slice('sha256:'.length), uploader_id);
  return { role, file: file ?? refuse('MODEL_FILE_UNKNOWN', { digest }) };
}

function checkBinding(context: Context, { modality }: ReleaseOf, binding: Binding, files: Found[]): Binding {
  const refused = (path: string, message: string) =>
    refuse('BINDING_REFUSED', { issues: [{ path, message }] });
  if (new Set(files.map(({ role }) => role)).size < files.length)
    return refused('files', 'two files have one role');
  switch (binding.kind) {
    case 'house':
      return refused('kind', 'only models of the house are run in the way of the house');
    case 'onnx':
      return { kind: 'onnx', manifest: checkManifest(modality, binding.manifest, files) };
    case 'pull':
      return binding;
    default: {
      const { kind, endpoint } = binding;
      const listed = context.config.endpoints.find(({ name }) => name === endpoint);
      if (!listed) return refused('endpoint', `the operator has listed no endpoint ${endpoint}`);
      if (listed.kind !== kind) return refused('endpoint', `${endpoint} speaks ${listed.kind}, not ${kind}`);
      return binding;
    }
  }
}

function checkManifest(modality: registry.Modality, given: Record<string, unknown>, files: Found[]) {
  const manifest = generation.Manifest.safeParse(given);
  if (!manifest.success)
    return refuse('BINDING_REFUSED', {
      issues: manifest.error.issues
        .slice(0, 20)
        .map(({ path, message }) => ({ path: ['manifest', ...path].join('.'), message })),
    });
  const reports = new Map<string, generation.NetworkReport>();
  for (const { role, file } of files) if (file.report.format === 'onnx') reports.set(role, file.report);
  const issues = generation.misfits(manifest.data, reports);
  for (const { role, file } of files)
    if (file.report.format !== 'onnx')
      issues.push({ path: 'files', message: `${role} is ${file.report.format}, not onnx` });
  const makes = generation.modalityOf(manifest.data);
  if (makes !== modality)
    issues.push({ path: 'manifest.output', message: `this makes ${makes}, not ${modality}` });
  if (issues.length > 0) refuse('BINDING_REFUSED', { issues: issues.slice(0, 20) });
  return manifest.data;
}

function schemaOf(binding: Binding): Record<string, unknown> {
  if (binding.kind === 'onnx') return generation.inputSchemaOf(generation.Manifest.parse(binding.manifest));
  return refuse('INPUT_SCHEMA_REFUSED', { issues: [{ path: '', message: 'is missing' }] });
}

/** Engines that know what to do with a picture. */
const TAKES_PICTURES: readonly Binding['kind'][] = ['cog', 'comfyui', 'replicate', 'pull'];

function checkSchema(schema: Record<string, unknown>, { kind }: Binding): Record<string, unknown> {
  const issues = generation.inputSchemaIssues(schema);
  if (issues.length === 0 && !TAKES_PICTURES.includes(kind))
    for (const field of generation.assetFields(schema))
      issues.push({
        path: `properties.${field}.format`,
        message: `only ${TAKES_PICTURES.join(', ')} take a picture`,
      });
  return issues.length > 0 ? refuse('INPUT_SCHEMA_REFUSED', { issues }) : schema;
}

const USUAL_METERING: Record<registry.Modality, registry.Metering> = {
  image: { kind: 'pixels', width: 'width', height: 'height' },
  video: { kind: 'seconds', field: 'duration_s' },
  music: { kind: 'seconds', field: 'duration_s' },
};

/** Every input that the schema lets pass must have a price. */
async function checkPrice(
  { db, clock }: Context,
  price_class: string,
  metering: registry.Metering,
  schema: Record<string, unknown>,
): Promise<void> {
  const refused = (why: string) => refuse('METERING_REFUSED', { why });
  const card = await generation.rateCardInForce(db, clock.now());
  const rate = card.classes.find((entry) => entry.price_class === price_class);
  if (!rate) return refused(`The price list has no class ${price_class.slice(0, 60)}.`);
  const unit = metering.kind === 'pixels' ? 'megapixel' : 'second';
  if (rate.unit !== unit) return refused(`${price_class} is priced by the ${rate.unit}, not by the ${unit}.`);
  const properties = Object(schema['properties']);
  for (const name of metering.kind === 'pixels' ? [metering.width, metering.height] : [metering.field]) {
    const field: unknown = properties[name];
    if (typeof field !== 'object' || field === null) return refused(`There is no field ${name}.`);
    const {
      type,
      default: usual,
      minimum,
      maximum,
    } = { type: null, default: null, minimum: 0, maximum: 0, ...field };
    if (type !== 'integer' || typeof usual !== 'number')
      return refused(`${name} is not a whole number with a default.`);
    if (!(Number(minimum) >= 1 && Number(maximum) <= 100_000))
      return refused(`${name} is not bounded: from 1, to 100000 at most.`);
  }
}

const TRIAL = { wall_ms_max: 120_000, memory_bytes_max: 2_500_000_000, output_bytes_max: 50_000_000 };
const TRIAL_SEED = 7;
export type Trial = { input?: Record<string, unknown>; seed?: number; ordinal?: number };

/** Runs a release once, with its defaults if nothing else is asked for; what it makes is what its page shows. */
export async function tryOut(
  context: Context,
  { slug, modality }: ReleaseOf,
  { binding, files, input_schema }: CheckedRelease,
  { input = generation.trialInput(input_schema), seed = TRIAL_SEED, ordinal = 0 }: Trial = {},
): Promise<registry.NewSample> {
  const placed = files.map(({ role, sha256 }) => ({
    role,
    sha256,
    path: context.model_files.pathOf(sha256),
  }));
  const result = await context.sandbox.run(
    {
      generation_id: randomUUID(),
      release: { binding, slug, modality, files: placed },
      input,
      seed,
      limits: TRIAL,
    },
    { signal: AbortSignal.timeout(TRIAL.wall_ms_max * 2), onEvent: () => {} },
  );
  if (!result.ok) return refuse('TRIAL_FAILED', { failure: result.code, why: result.message });
  const output = result.outputs.find(({ role }) => role === 'primary');
  if (!output) return refuse('TRIAL_FAILED', { failure: 'model_error', why: 'it made nothing' });
  const still = output.thumbnail;
  return {
    ordinal,
    modality,
    digest: await context.media.put(output.bytes),
    extension: output.extension,
    mime: output.mime,
    bytes: BigInt(output.bytes.byteLength),
    width: output.width ?? null,
    height: output.height ?? null,
    duration_ms: output.duration_ms === undefined ? null : Math.round(output.duration_ms),
    thumbnail: still
      ? { digest: await context.media.put(still.bytes), width: still.width, height: still.height }
      : null,
    thumbhash: output.thumbhash ?? null,
    waveform: output.waveform ?? null,
    input: { ...input, seed },
  };
}
