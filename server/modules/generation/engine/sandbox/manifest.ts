import * as z from 'zod';
import type { Modality } from '../types.ts';

/**
 * How a creator's networks are run, contract `mc-onnx/1`: what each input is given, what is repeated, and which
 * tensor is the result. Releases name it for ever: what it says here never changes its meaning.
 */
const Name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'is not a name: a-z, 0-9 and hyphen');
/** Fields of the input that the manifest adds to those of the contract. */
const Parameter = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,30}$/, 'is not a name of a field: a-z, 0-9 and underscore')
  .refine((name) => !RESERVED.has(name), 'is a name that the contract itself uses');
const RESERVED = new Set([
  'prompt',
  'width',
  'height',
  'duration_s',
  'steps',
  'guidance',
  'seed',
  'constructor',
]);
const Tensor = z.string().min(1).max(200);
const Finite = z.number().min(-1e9).max(1e9);
const Title = z.string().trim().min(1).max(60);

/** A whole number, or what was asked for: `width/8`, `samples/512`. */
const Dimension = z.union([
  z
    .int()
    .min(1)
    .max(1 << 24),
  z
    .string()
    .regex(
      /^(width|height|samples)(\/[1-9]\d{0,4})?$/,
      'is not a dimension: width, height or samples, or a part of them',
    ),
]);
export type Dimension = z.infer<typeof Dimension>;
const Shape = z.array(Dimension).max(8);

const Source = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('text-hash-1024') }),
  z.strictObject({ role: z.literal('text-mask') }),
  z.strictObject({ role: z.literal('noise'), shape: Shape.min(1), scale: Finite.default(1) }),
  z.strictObject({ role: z.literal('seed') }),
  z.strictObject({
    role: z.literal('size'),
    order: z.enum(['height-width', 'width-height', 'height', 'width']),
  }),
  /** how many samples of sound are wanted */
  z.strictObject({ role: z.literal('samples') }),
  z.strictObject({ role: z.literal('time') }),
  z.strictObject({ role: z.literal('step') }),
  z.strictObject({
    role: z.literal('param'),
    name: Parameter,
    title: Title.optional(),
    minimum: Finite,
    maximum: Finite,
    default: Finite,
    whole: z.boolean().default(false),
  }),
  z.strictObject({
    role: z.literal('class'),
    name: Parameter,
    title: Title.optional(),
    vocabulary: z.array(z.string().trim().min(1).max(60)).min(2).max(1_000),
    encoding: z.enum(['index', 'one-hot']).default('index'),
    /** where in the vocabulary "none of them" lies, for guidance */
    none: z.int().min(0).max(999).optional(),
  }),
  z.strictObject({
    role: z.literal('constant'),
    values: z.array(Finite).min(1).max(65_536),
    shape: Shape.optional(),
  }),
  z.strictObject({ role: z.literal('state') }),
  z.strictObject({ role: z.literal('output'), of: Name, tensor: Tensor }),
]);
export type Source = z.infer<typeof Source>;

const Range = (low: number, high: number, of = z.number()) =>
  z
    .strictObject({
      minimum: of.min(low).max(high),
      maximum: of.min(low).max(high),
      default: of.min(low).max(high),
    })
    .refine(
      ({ minimum, maximum, default: usual }) => minimum <= usual && usual <= maximum,
      'minimum, default, maximum are not in this order',
    );

const Loop = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('single') }),
  z.strictObject({
    kind: z.literal('per-frame'),
    /** this network and those after it run for every frame; those before it once */
    from: Name,
    fps: z.int().min(1).max(30).default(24),
  }),
  z.strictObject({
    kind: z.literal('flow'),
    /** this network is repeated; those before it run once before, those after it once after */
    network: Name,
    tensor: Tensor,
    /** what the tensor is: where to go from here, to be added; or where one is next */
    gives: z.enum(['velocity', 'next']),
    state: z.strictObject({ shape: Shape.min(1), scale: Finite.default(1) }),
    steps: Range(1, 200, z.int()),
    guidance: Range(0, 20).optional(),
    time: z.strictObject({ from: Finite, to: Finite }).default({ from: 0, to: 1 }),
  }),
]);

/** Where the result lies; of a network that a flow repeats it is the state in the end. */
const Layout = z.enum(['nhwc', 'nchw']);
const Output = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('image-u8'), of: Name, tensor: Tensor, layout: Layout }),
  z.strictObject({
    role: z.literal('image-f32'),
    of: Name,
    tensor: Tensor,
    layout: Layout,
    range: z.enum(['minus-one-to-one', 'zero-to-one']),
  }),
  z.strictObject({
    role: z.literal('audio-f32'),
    of: Name,
    tensor: Tensor,
    sample_rate: z.int().min(8_000).max(48_000),
  }),
]);

const Side = Range(64, 2_048, z.int());

const Parts = z.strictObject({
  contract: z.literal('mc-onnx/1'),
  networks: z
    .array(z.strictObject({ file: Name, inputs: z.record(Tensor, Source) }))
    .min(1)
    .max(8),
  loop: Loop.default({ kind: 'single' }),
  output: Output,
  /** of pictures and films: what one can ask for, in steps of `multiple_of`; the same number twice is a fixed size */
  size: z
    .strictObject({ width: Side, height: Side, multiple_of: z.int().min(1).max(1_024).default(16) })
    .optional(),
  /** of films and music */
  duration_s: Range(0.5, 180).optional(),
});

export const Manifest = Parts.superRefine((manifest, context) => {
  for (const { path, message } of contradictions(manifest))
    context.addIssue({ code: 'custom', path, message });
});
export type Manifest = z.infer<typeof Manifest>;

type Issue = { path: (string | number)[]; message: string };

/** What no single field can say: names that are nowhere, and parts that do not fit each other. */
function contradictions(manifest: z.infer<typeof Parts>): Issue[] {
  const { networks, loop, output, size } = manifest;
  const issues: Issue[] = [];
  const tell = (path: Issue['path'], message: string) => void issues.push({ path, message });
  const place = new Map(networks.map(({ file }, i) => [file, i]));
  if (place.size < networks.length) tell(['networks'], 'two networks are one file');
  const known = (file: string, path: Issue['path']) => {
    if (!place.has(file)) tell(path, `there is no network ${file}`);
    return place.has(file);
  };
  known(output.of, ['output', 'of']);
  const first = loop.kind === 'flow' ? loop.network : loop.kind === 'per-frame' ? loop.from : null;
  if (first !== null) known(first, ['loop']);
  const looped = first === null ? Infinity : (place.get(first) ?? 0);
  const fields = new Map<string, string>();
  for (const [i, { inputs }] of networks.entries())
    for (const [tensor, source] of Object.entries(inputs)) {
      const path = ['networks', i, 'inputs', tensor];
      if (source.role === 'output' && known(source.of, path) && (place.get(source.of) ?? 0) >= i)
        tell(path, `${source.of} runs only after it`);
      if (source.role === 'state' && (loop.kind !== 'flow' || i < looped))
        tell(path, 'there is no state yet');
      if (source.role === 'output' && loop.kind === 'flow' && i > looped && source.of === loop.network)
        tell(path, 'what the loop leaves is its state');
      if (source.role === 'step' && !(loop.kind === 'flow' && i === looped))
        tell(path, 'only a flow has steps');
      if (source.role === 'time' && !(loop.kind === 'flow' ? i === looped : i >= looped))
        tell(path, 'time passes only in a loop');
      if (source.role === 'samples' && output.role !== 'audio-f32') tell(path, 'only sound has samples');
      if (source.role === 'size' && !size) tell(path, 'the manifest says no size');
      if (source.role === 'param' || source.role === 'class') {
        const same = JSON.stringify({ ...source, encoding: null });
        if ((fields.get(source.name) ?? same) !== same) tell(path, `${source.name} is described in two ways`);
        fields.set(source.name, same);
      }
      if (source.role === 'param' && !(source.minimum <= source.default && source.default <= source.maximum))
        tell(path, 'minimum, default, maximum are not in this order');
      if (source.role === 'class' && new Set(source.vocabulary).size < source.vocabulary.length)
        tell(path, 'a word is in the vocabulary twice');
    }
  if (output.role !== 'audio-f32' && !size) tell(['size'], 'a picture or film has a size');
  if (loop.kind === 'per-frame' && (output.role === 'audio-f32' || (place.get(output.of) ?? 0) < looped))
    tell(['output'], 'it is not computed for every frame');
  if ((loop.kind === 'per-frame' || output.role === 'audio-f32') !== (manifest.duration_s !== undefined))
    tell(['duration_s'], 'films and music have a duration, and pictures have none');
  return issues;
}

export const modalityOf = ({ output, loop }: Manifest): Modality =>
  output.role === 'audio-f32' ? 'music' : loop.kind === 'per-frame' ? 'video' : 'image';

/** What the gate says of one file: as much of it as a manifest must fit. */
type Port = { name: string; type: string; shape: (number | string)[] | null };
export type NetworkReport = { inputs: Port[]; outputs: Port[] };

const INPUT_TYPES = new Set(['float32', 'int64', 'int32']);

/** Where a manifest and the files that it is about do not fit each other. */
export function misfits(
  manifest: Manifest,
  reports: ReadonlyMap<string, NetworkReport>,
): { path: string; message: string }[] {
  const issues: { path: string; message: string }[] = [];
  const outputs = (of: string, tensor: string, path: string) => {
    const found = reports.get(of)?.outputs.find(({ name }) => name === tensor);
    if (!found) issues.push({ path, message: `${of} has no output ${tensor}` });
    return found;
  };
  for (const [i, { file, inputs }] of manifest.networks.entries()) {
    const path = `manifest.networks.${i}`;
    const report = reports.get(file);
    if (!report) {
      issues.push({ path, message: `there is no file for ${file}` });
      continue;
    }
    for (const { name, type } of report.inputs) {
      if (!Object.hasOwn(inputs, name))
        issues.push({ path, message: `nothing is said about the input ${name} of ${file}` });
      else if (!INPUT_TYPES.has(type))
        issues.push({ path, message: `the input ${name} is ${type}; float32, int64 and int32 can be given` });
    }
    for (const [name, source] of Object.entries(inputs)) {
      if (!report.inputs.some((port) => port.name === name))
        issues.push({ path, message: `${file} has no input ${name}` });
      if (source.role === 'output') outputs(source.of, source.tensor, `${path}.inputs.${name}`);
    }
  }
  if (manifest.loop.kind === 'flow') outputs(manifest.loop.network, manifest.loop.tensor, 'manifest.loop');
  const { of, tensor, role } = manifest.output;
  const result = outputs(of, tensor, 'manifest.output');
  const wanted = role === 'image-u8' ? 'uint8' : 'float32';
  if (result && result.type !== wanted)
    issues.push({
      path: 'manifest.output',
      message: `${tensor} is ${result.type}, and ${role} is ${wanted}`,
    });
  for (const role of reports.keys())
    if (!manifest.networks.some(({ file }) => file === role))
      issues.push({ path: 'files', message: `the manifest says nothing about the file ${role}` });
  return issues;
}
