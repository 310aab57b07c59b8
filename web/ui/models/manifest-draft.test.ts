import { describe, expect, test } from 'vitest';
import { manifestDraft } from './manifest-draft.ts';

type Report = Parameters<typeof manifestDraft>[0];
type Port = Report['inputs'][number];

const port = (name: string, shape: Port['shape'], type = 'float32'): Port => ({ name, type, shape });
const draftOf = (inputs: Port[], outputs: Port[]) => manifestDraft({ inputs, outputs });

describe('a draft', () => {
  test('of a painter: words, noise and a seed by their shapes and names, a picture of any size', () => {
    const draft = draftOf(
      [port('words', ['batch', 24, 1024]), port('latent', [1, 4, 'h', 64]), port('seed', [1], 'int64')],
      [port('mask', [1, 64, 64]), port('image', [1, 3, 'height', 'width'])],
    );
    expect(draft).toMatchObject({
      networks: [
        {
          file: 'model',
          inputs: {
            words: { role: 'text-hash-1024' },
            latent: { role: 'noise', shape: [1, 4, 1, 64] },
            seed: { role: 'seed' },
          },
        },
      ],
      output: { role: 'image-f32', tensor: 'image', layout: 'nchw' },
      size: { width: { default: 512 }, multiple_of: 64 },
    });
  });

  test('of one that fixes its size: no other can be asked for', () => {
    const draft = draftOf([port('z', [1, 8])], [port('pixels', [1, 128, 256, 3], 'uint8')]);
    expect(draft).toMatchObject({
      output: { role: 'image-u8', tensor: 'pixels', layout: 'nhwc' },
      size: {
        width: { minimum: 256, maximum: 256, default: 256 },
        height: { minimum: 128, maximum: 128 },
        multiple_of: 1,
      },
    });
  });

  test('of sound: a duration and no size', () => {
    const draft = draftOf([port('z', null)], [port('wave', [1, 'samples'])]);
    expect(draft).toMatchObject({ output: { role: 'audio-f32' }, duration_s: { default: 8 } });
    expect(draft).not.toHaveProperty('size');
  });
});

test('what no name tells is a field that one can move, named as fields are', () => {
  const draft = draftOf([port('2 Glow.Strength!', [1])], [port('image', [1, 64, 64, 3], 'uint8')]);
  expect(draft).toMatchObject({
    networks: [{ inputs: { '2 Glow.Strength!': { role: 'param', name: 'glow_strength' } } }],
  });
});

test('a network without an output is not drafted as more than a place to fill in', () => {
  expect(draftOf([], [])).toMatchObject({ output: { of: 'model', tensor: 'image' } });
});
