import { describe, expect, test } from 'vitest';
import { flowManifest, toneManifest, waveManifest } from '../../../../../tests/model-files/onnx.ts';
import { manifestDraft } from '../../../../../web/ui/models/manifest-draft.ts';
import { inputSchemaIssues } from '../../input-schema.ts';
import { inputSchemaOf } from './input-schema.ts';
import { Manifest, misfits, modalityOf, type NetworkReport } from './manifest.ts';

const issuesOf = (manifest: object) =>
  Manifest.safeParse(manifest).error?.issues.map(({ message }) => message) ?? [];
const [painter] = waveManifest.networks;
const withInput = (source: object) => ({
  ...waveManifest,
  networks: [{ ...painter, inputs: { ...painter.inputs, extra: source } }],
});

test.each([
  [waveManifest, 'image'],
  [flowManifest, 'image'],
  [toneManifest, 'music'],
])('a manifest that is in order, and the input schema that it implies', (given, modality) => {
  const manifest = Manifest.parse(given);
  expect(modalityOf(manifest)).toBe(modality);
  expect(inputSchemaIssues(inputSchemaOf(manifest))).toEqual([]);
});

test('parameters and classes are fields of the input', () => {
  const param = { role: 'param', name: 'gloss', minimum: -1, maximum: 1, default: 0 };
  const breed = { role: 'class', name: 'breed', vocabulary: ['cat', 'dog'] };
  const networks = [{ ...painter, inputs: { ...painter.inputs, gloss: param, breed } }];
  expect(inputSchemaOf(Manifest.parse({ ...waveManifest, networks }))['properties']).toMatchObject({
    gloss: { type: 'number', minimum: -1, maximum: 1, default: 0, 'x-ui': { control: 'slider' } },
    breed: { type: 'string', enum: ['cat', 'dog'], default: 'cat' },
  });
});

test.each([
  ['a picture', ['words', [1, 24, 1024]], ['image', [1, 3, 'height', 'width']], 'image'],
  ['a picture of one size', ['2 Glow.Strength!', [1]], ['image', [1, 128, 256, 3]], 'image'],
  ['sound', ['z', [1, 8]], ['wave', [1, 'samples']], 'music'],
] as const)(
  'what the pages draft for %s is in order as it is',
  (_, [given, size], [made, shape], modality) => {
    const draft = manifestDraft({
      inputs: [{ name: given, type: 'float32', shape: [...size] }],
      outputs: [{ name: made, type: 'float32', shape: [...shape] }],
    });
    expect(issuesOf(draft)).toEqual([]);
    expect(modalityOf(Manifest.parse(draft))).toBe(modality);
  },
);

describe('what contradicts itself is said in words', () => {
  test.each([
    [{ ...waveManifest, contract: 'mc-onnx/2' }, /mc-onnx\/1/],
    [{ ...waveManifest, output: { ...waveManifest.output, of: 'decoder' } }, /there is no network decoder/],
    [{ ...waveManifest, size: undefined }, /has a size/],
    [{ ...waveManifest, duration_s: { minimum: 1, maximum: 2, default: 1 } }, /pictures have none/],
    [{ ...waveManifest, networks: [painter, painter] }, /two networks are one file/],
    [withInput({ role: 'state' }), /no state yet/],
    [withInput({ role: 'time' }), /only in a loop/],
    [withInput({ role: 'step' }), /only a flow has steps/],
    [withInput({ role: 'samples' }), /only sound has samples/],
    [withInput({ role: 'output', of: 'painter', tensor: 'image' }), /runs only after it/],
    [
      withInput({ role: 'param', name: 'seed', minimum: 0, maximum: 1, default: 0 }),
      /the contract itself uses/,
    ],
    [withInput({ role: 'param', name: 'gloss', minimum: 1, maximum: 0, default: 0 }), /not in this order/],
    [withInput({ role: 'noise', shape: ['depth/8'] }), /not a dimension/],
    [withInput({ role: 'file', path: '/etc/passwd' }), /Invalid/],
    [{ ...flowManifest, loop: { ...flowManifest.loop, network: 'other' } }, /there is no network other/],
  ])('%#', (manifest, message) => expect(issuesOf(manifest).join('; ')).toMatch(message));
});

test('what does not fit the files is said as well', () => {
  const manifest = Manifest.parse(waveManifest);
  const port = (name: string, type = 'float32') => ({ name, type, shape: null });
  const report: NetworkReport = {
    inputs: [port('noise'), port('tokens', 'bool'), port('style')],
    outputs: [port('image', 'uint8')],
  };
  const said = misfits(
    manifest,
    new Map([
      ['painter', report],
      ['spare', report],
    ]),
  ).map(({ message }) => message);
  expect(said).toEqual([
    'the input tokens is bool; float32, int64 and int32 can be given',
    'nothing is said about the input style of painter',
    'painter has no input size',
    'image is uint8, and image-f32 is float32',
    'the manifest says nothing about the file spare',
  ]);
  expect(misfits(manifest, new Map())[0]?.message).toBe('there is no file for painter');
});
