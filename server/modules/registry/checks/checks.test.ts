import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { harmfulFiles, refusedFiles, safetensors } from '../../../../tests/model-files/hostile.ts';
import { model, oneNode, wavePainter } from '../../../../tests/model-files/onnx.ts';
import { checkModelFile, FileRefused } from './index.ts';

const models = path.resolve(import.meta.dirname, '../../../../models');

/** What the gate says of a file: the report, or the reason; anything else that is thrown is a fault of the gate. */
function verdictOf(bytes: Uint8Array): string {
  try {
    return checkModelFile(bytes).format;
  } catch (error) {
    if (error instanceof FileRefused) return error.reason;
    throw error;
  }
}

describe('what is taken', () => {
  const files = readdirSync(models, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.onnx'),
  );

  test.each(files)('the house network %s', (file) => {
    expect(checkModelFile(readFileSync(path.join(models, file)))).toMatchObject({
      format: 'onnx',
      opset: 17,
      depth: 0,
    });
  });

  test('a small painter, and what it is made of', () => {
    expect(checkModelFile(wavePainter())).toMatchObject({
      inputs: [
        { name: 'noise', type: 'float32', shape: [1, 8] },
        { name: 'tokens', type: 'float32', shape: [24, 1024] },
        { name: 'size', type: 'int64', shape: [2] },
      ],
      outputs: [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
      repeatable: true,
    });
  });

  test('it says when a network draws random numbers of its own', () => {
    expect(checkModelFile(model(oneNode('RandomNormalLike')))).toMatchObject({ repeatable: false });
  });

  test('safetensors, with what they say of themselves', () => {
    const header = `{"__metadata__":{"format":"pt"}, "b":{"data_offsets":[4,8],"dtype":"F16","shape":[2]},
      "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   `;
    expect(checkModelFile(safetensors(header, new Uint8Array(8)))).toEqual({
      format: 'safetensors',
      tensors: 2,
      parameters: 3,
      types: { F32: 1, F16: 1 },
      metadata: { format: 'pt' },
    });
  });
});

describe('what is refused, by name', () => {
  test.each(Object.entries(refusedFiles))('%s', (_, { bytes, reason }) => {
    expect(verdictOf(bytes)).toBe(reason);
  });
});

test.each(Object.keys(harmfulFiles))(
  'nothing that it says is wrong with %s: the sandbox must hold it',
  (name) => {
    expect(verdictOf(harmfulFiles[name] ?? new Uint8Array())).toBe('onnx');
  },
);

describe('whatever comes', () => {
  const quick = (bytes: Uint8Array) => {
    // of the processor, for others may be at work beside this test
    const start = process.threadCpuUsage();
    expect(verdictOf(bytes)).toMatch(/^[a-z0-9_]+$/);
    const { user, system } = process.threadCpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(1_500);
  };
  const seeds = [
    wavePainter(),
    ...Object.values(harmfulFiles).filter((bytes) => bytes.length < 20_000),
    safetensors('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', new Uint8Array(8)),
  ];
  const seed = fc.constantFrom(...seeds);

  test('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), quick), { numRuns: 400 });
  });

  test('honest and hostile files with bytes changed, taken out and put in', () => {
    const change = fc.record({
      at: fc.nat(100_000),
      cut: fc.nat(4),
      put: fc.uint8Array({ maxLength: 4 }),
    });
    fc.assert(
      fc.property(seed, fc.array(change, { minLength: 1, maxLength: 6 }), (bytes, changes) => {
        let changed: Uint8Array = bytes;
        for (const { at, cut, put } of changes) {
          const place = at % changed.length;
          changed = new Uint8Array(
            Buffer.concat([changed.subarray(0, place), put, changed.subarray(place + cut)]),
          );
          if (changed.length === 0) return;
        }
        quick(changed);
      }),
      { numRuns: 1_500 },
    );
  });

  test('any file cut off anywhere', () => {
    fc.assert(
      fc.property(seed, fc.nat(100_000), (bytes, at) => quick(bytes.slice(0, at % bytes.length))),
      { numRuns: 400 },
    );
  });

  test('millions of tiny fields, numbers and brackets', () => {
    quick(new Uint8Array(Buffer.alloc(8_000_000, Buffer.from([0x28, 0x01]))));
    quick(new Uint8Array(Buffer.alloc(4_000_000, Buffer.from([0x42, 0x00]))));
    quick(safetensors(`{"a":${'['.repeat(1_000_000)}`));
    quick(safetensors(`{"${'a'.repeat(4_000_000)}":1}`));
    quick(safetensors(`{${'"a":{},'.repeat(500_000)}`));
  });
});
