import type { RefusedReason } from '#api/registry/refused-reason.ts';
import { Wire } from '../../models/recipes/onnx/wire.ts';
import {
  BYTE,
  FLOAT,
  floats,
  graph,
  LONG,
  longs,
  model,
  node,
  oneNode,
  port,
  subgraph,
  tensor,
  whole,
} from './onnx.ts';

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const padded = (...parts: Uint8Array[]) => joined(...parts, new Uint8Array(64));

const stored = (wire: Wire, inputs = ['x', 'w']) =>
  graph({
    nodes: [node('Add', inputs, ['y'])],
    inputs: [port('x', FLOAT, [1])],
    outputs: [port('y', FLOAT, [1])],
    stored: [wire],
  });

const outside = (location: string) =>
  new Wire()
    .int(1, 64)
    .int(2, BYTE)
    .text(8, 'w')
    .message(13, new Wire().text(1, 'location').text(2, location))
    .int(14, 1);

function nested(depth: number): Wire {
  const leaf = (op: string) =>
    graph({ nodes: [node(op, ['x'], [`${op}${depth}`])], outputs: [port(`${op}${depth}`, FLOAT, [1])] });
  const inner = depth === 0 ? leaf('Relu') : nested(depth - 1);
  return graph({
    nodes: [
      node(
        'If',
        [`c${depth}`],
        [`y${depth}`],
        subgraph('then_branch', inner),
        subgraph('else_branch', leaf('Neg')),
      ),
    ],
    outputs: [port(`y${depth}`, FLOAT, [1])],
    stored: [tensor(`c${depth}`, 9, [], Uint8Array.of(1))],
  });
}

export function safetensors(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new TextEncoder().encode(header);
  return joined(new Uint8Array(BigUint64Array.of(BigInt(bytes.length)).buffer), bytes, data);
}

const entry = (dtype: string, shape: number[], data_offsets: number[]) =>
  JSON.stringify({ dtype, shape, data_offsets });

/** Files that the gate refuses, and as what. */
export const refusedFiles: Record<string, { bytes: Uint8Array; reason: RefusedReason }> = {
  'a pickle': { bytes: padded(Uint8Array.of(0x80, 4, 0x95)), reason: 'pickle' },
  'an old pickle that runs a program': {
    bytes: padded(latin1("cos\nsystem\n(S'id'\ntR.")),
    reason: 'pickle',
  },
  'a .pt, which is a zip with a pickle': {
    bytes: padded(latin1('PK\x03\x04\x00\x00'), latin1('archive/data.pkl')),
    reason: 'archive',
  },
  'a tar': { bytes: padded(new Uint8Array(257), latin1('ustar\x0000')), reason: 'archive' },
  'a gzip': { bytes: padded(Uint8Array.of(0x1f, 0x8b, 8)), reason: 'compressed' },
  HDF5: { bytes: padded(latin1('\x89HDF\r\n\x1a\n')), reason: 'hdf5' },
  GGUF: { bytes: padded(latin1('GGUF\x03')), reason: 'gguf' },
  'a program': { bytes: padded(latin1('\x7fELF')), reason: 'program' },
  'nothing in particular': { bytes: new Uint8Array(5_000).fill(0xa7), reason: 'other_format' },
  nothing: { bytes: new Uint8Array(), reason: 'other_format' },
  'data in another file': {
    bytes: model(stored(outside('../../../../etc/hostname'))),
    reason: 'external_data',
  },
  'data in a file beside it': { bytes: model(stored(outside('weights.bin'))), reason: 'external_data' },
  'data said to lie elsewhere': {
    bytes: model(stored(new Wire().int(1, 1).int(2, FLOAT).text(8, 'w').int(14, 1))),
    reason: 'external_data',
  },
  'raw data that are shorter than the shape': {
    bytes: model(stored(tensor('w', FLOAT, [1_000], floats(1)))),
    reason: 'data_mismatch',
  },
  'raw data that are longer than the shape': {
    bytes: model(stored(tensor('w', FLOAT, [1], floats(1, 2, 3)))),
    reason: 'data_mismatch',
  },
  'a shape of more numbers than there are': {
    bytes: model(stored(tensor('w', FLOAT, [2 ** 40, 2 ** 40], floats(1)))),
    reason: 'too_large',
  },
  'a negative dimension': { bytes: model(stored(tensor('w', FLOAT, [-1], floats(1)))), reason: 'malformed' },
  'a list of sizes that is empty where one stands': {
    bytes: model(
      stored(new Wire().bytes(1, new Uint8Array()).int(2, FLOAT).text(8, 'w').bytes(9, new Uint8Array())),
    ),
    reason: 'data_mismatch',
  },
  'a tensor of texts': {
    bytes: model(stored(new Wire().int(1, 1).int(2, 8).text(6, 'x').text(8, 'w'))),
    reason: 'type',
  },
  'a sparse tensor': {
    bytes: model(
      graph({ nodes: [], outputs: [port('y', FLOAT, [1])], more: (g) => void g.message(15, new Wire()) }),
    ),
    reason: 'sparse_data',
  },
  'an operator of somebody else': {
    bytes: model(
      graph({
        nodes: [node('RunShell', ['x'], ['y']).text(7, 'com.evil')],
        inputs: [port('x', FLOAT, [1])],
        outputs: [port('y', FLOAT, [1])],
      }),
    ),
    reason: 'domain',
  },
  'operators of another domain': {
    bytes: model(oneNode('Relu'), { domain: 'com.microsoft' }),
    reason: 'domain',
  },
  'an operator that reads encoded pictures': { bytes: model(oneNode('ImageDecoder')), reason: 'operator' },
  'functions of its own': {
    bytes: model(oneNode('Relu'), { extra: (m) => void m.message(25, new Wire().text(1, 'Relu')) }),
    reason: 'local_functions',
  },
  'training information': {
    bytes: model(oneNode('Relu'), { extra: (m) => void m.message(20, new Wire()) }),
    reason: 'training_info',
  },
  'branches deep in each other': { bytes: model(nested(6)), reason: 'too_deep' },
  'operators that are newer than the runtime': {
    bytes: model(oneNode('Relu'), { opset: 99 }),
    reason: 'version',
  },
  'a format that is newer than the runtime': { bytes: model(oneNode('Relu'), { ir: 99 }), reason: 'version' },
  'two graphs, of which one parser reads the last and another both': {
    bytes: model(oneNode('Relu'), { extra: (m) => void m.message(7, oneNode('Neg')) }),
    reason: 'malformed',
  },
  'a field that nobody knows': {
    bytes: model(oneNode('Relu'), { extra: (m) => void m.text(99, 'hidden') }),
    reason: 'malformed',
  },
  'cut off': { bytes: model(oneNode('Relu')).slice(0, -9), reason: 'malformed' },
  'a length of more than 32 bits': {
    bytes: joined(Uint8Array.of(0x08, 0x08, 0x3a, 0x85, 0x80, 0x80, 0x80, 0x10), new Uint8Array(20)),
    reason: 'malformed',
  },
  'a value called by a path': {
    bytes: model(
      graph({
        nodes: [node('Relu', ['x'], ['../../etc/passwd'])],
        inputs: [port('x', FLOAT, [1])],
        outputs: [port('../../etc/passwd', FLOAT, [1])],
      }),
    ),
    reason: 'name',
  },
  'an input called __proto__': {
    bytes: model(
      graph({
        nodes: [node('Relu', ['__proto__'], ['y'])],
        inputs: [port('__proto__', FLOAT, [1])],
        outputs: [port('y', FLOAT, [1])],
      }),
    ),
    reason: 'name',
  },
  'two values of one name': {
    bytes: model(
      graph({
        nodes: [node('Relu', ['x'], ['y']), node('Neg', ['x'], ['y'])],
        inputs: [port('x', FLOAT, [1])],
        outputs: [port('y', FLOAT, [1])],
      }),
    ),
    reason: 'name',
  },
  'a header of safetensors that claims 80 MB': {
    bytes: joined(new Uint8Array(BigUint64Array.of(80_000_000n).buffer), latin1('{"a":1}')),
    reason: 'too_large',
  },
  'safetensors with a hole': {
    bytes: safetensors(
      `{"a":${entry('F32', [1], [0, 4])},"b":${entry('F32', [1], [8, 12])}}`,
      new Uint8Array(12),
    ),
    reason: 'data_mismatch',
  },
  'safetensors that overlap': {
    bytes: safetensors(
      `{"a":${entry('F32', [2], [0, 8])},"b":${entry('F32', [1], [4, 8])}}`,
      new Uint8Array(8),
    ),
    reason: 'data_mismatch',
  },
  'safetensors with something behind': {
    bytes: safetensors(`{"a":${entry('F32', [1], [0, 4])}}`, new Uint8Array(1_000)),
    reason: 'data_mismatch',
  },
  'safetensors with one name twice': {
    bytes: safetensors(
      `{"a":${entry('U8', [1], [0, 1])},"a":${entry('U8', [1], [1, 2])}}`,
      new Uint8Array(2),
    ),
    reason: 'malformed',
  },
  'safetensors with the key __proto__': {
    bytes: safetensors(`{"__proto__":${entry('U8', [1], [0, 1])}}`, new Uint8Array(1)),
    reason: 'name',
  },
  'safetensors whose shape is not their length': {
    bytes: safetensors(`{"a":${entry('F32', [2 ** 30, 2 ** 30], [0, 4])}}`, new Uint8Array(4)),
    reason: 'data_mismatch',
  },
};

const wide = (side: number) => tensor('wide', LONG, [2], longs(side, side));
const image = (name: string) => port(name, FLOAT, [1, 3, 'height', 'width']);
/** What a picture of 64 by 64 would have to be, out of a single number. */
const spread = (from: string, to: string) => node('Expand', [from, 'picture'], [to]);
const picture = tensor('picture', LONG, [4], longs(1, 3, 64, 64));

const endless = graph({
  nodes: [node('Identity', ['c_in'], ['c_out']), node('Sin', ['s_in'], ['s_out'])],
  inputs: [port('i', LONG, []), port('c_in', 9, []), port('s_in', FLOAT, [1])],
  outputs: [port('c_out', 9, []), port('s_out', FLOAT, [1])],
});

function hog(): Uint8Array {
  const nodes = [node('Expand', ['x', 'wide'], ['h0'])];
  for (let i = 0; i < 400; i++) nodes.push(node('MatMul', [`h${i}`, `h${i}`], [`h${i + 1}`]));
  nodes.push(node('ReduceMax', ['h400'], ['m'], whole('keepdims', 0)), spread('m', 'image'));
  return model(
    graph({
      nodes,
      inputs: [port('x', FLOAT, [1])],
      outputs: [image('image')],
      stored: [wide(4_096), picture],
    }),
  );
}

const painter = (nodes: Wire[], kept: Wire[] = []) =>
  model(
    graph({ nodes, inputs: [port('x', FLOAT, [1])], outputs: [image('image')], stored: [picture, ...kept] }),
  );
const number = (name: string, value: number) => tensor(name, FLOAT, [1], floats(value));

/** Files that pass the gate, for nothing that they say is wrong, and do harm when they are run. Input `x`, output `image`. */
export const harmfulFiles: Record<string, Uint8Array> = {
  'a picture of 57 GB': painter(
    [
      node('ConstantOfShape', ['wide'], ['huge']),
      node('Add', ['huge', 'x'], ['more']),
      node('ReduceMax', ['more'], ['m'], whole('keepdims', 0)),
      spread('m', 'image'),
    ],
    [wide(120_000)],
  ),
  'a loop without an end': painter(
    [node('Loop', ['', 'yes', 'x'], ['s'], subgraph('body', endless)), spread('s', 'image')],
    [tensor('yes', 9, [], Uint8Array.of(1))],
  ),
  'four hundred products of large matrices': hog(),
  'values that are no numbers': painter(
    [
      node('Neg', ['x'], ['n']),
      node('Abs', ['n'], ['a']),
      node('Neg', ['a'], ['below']),
      node('Sub', ['below', 'one'], ['less']),
      node('Sqrt', ['less'], ['nan']),
      spread('nan', 'image'),
    ],
    [number('one', 1)],
  ),
  'a blank picture': painter(
    [node('Mul', ['x', 'none'], ['zero']), spread('zero', 'image')],
    [number('none', 0)],
  ),
  'a picture of another size': painter(
    [node('Expand', ['x', 'other'], ['image'])],
    [tensor('other', LONG, [4], longs(1, 3, 32, 96))],
  ),
  'a picture of a hundred million points': painter(
    [node('Expand', ['x', 'other'], ['image'])],
    [tensor('other', LONG, [4], longs(1, 3, 6_000, 6_000))],
  ),
  'shapes that do not fit': painter(
    [node('MatMul', ['x', 'row'], ['p']), spread('p', 'image')],
    [tensor('row', FLOAT, [3, 5], floats(...Array.from({ length: 15 }, Number)))],
  ),
};

export const harmfulManifest = {
  contract: 'mc-onnx/1',
  networks: [{ file: 'painter', inputs: { x: { role: 'noise', shape: [1] } } }],
  output: { role: 'image-f32', of: 'painter', tensor: 'image', layout: 'nchw', range: 'zero-to-one' },
  size: {
    width: { minimum: 64, maximum: 64, default: 64 },
    height: { minimum: 64, maximum: 64, default: 64 },
  },
} as const;
