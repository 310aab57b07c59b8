import { expect, test } from 'vitest';
import { believable, checkRaw, failureFrom } from './answers.ts';
import type { Raw, SandboxEvent } from './protocol.ts';

/** As it comes over IPC from a process that may have been taken over. */
const sent = <T>(value: unknown) => value as T;
const picture = { kind: 'picture', width: 64, height: 32, pixels: new Uint8Array(64 * 32 * 3) };
const frame = new Uint8Array(32 * 32 * 3);
const sound = { kind: 'audio', sample_rate: 8_000, left: new Float32Array(10), right: new Float32Array(10) };

test('what fits is believed', () => {
  for (const raw of [
    picture,
    sound,
    { kind: 'film', width: 32, height: 32, fps: 24, frames: [frame, frame] },
  ])
    expect(checkRaw(sent<Raw>(raw))).toBeNull();
});

test.each([
  ['nothing', null],
  ['a picture of other bytes than its size', { ...picture, pixels: new Uint8Array(10) }],
  ['a picture of a size that is none', { ...picture, width: Number.NaN }],
  ['a picture larger than any', { ...picture, width: 100_000, height: 100_000 }],
  ['pixels that are no bytes', { ...picture, pixels: { length: 64 * 32 * 3 } }],
  ['a film without frames', { kind: 'film', width: 32, height: 32, fps: 24, frames: [] }],
  [
    'a film with a frame of another size',
    { kind: 'film', width: 32, height: 32, fps: 24, frames: [frame, new Uint8Array(3)] },
  ],
  ['channels of two lengths', { ...sound, right: new Float32Array(9) }],
  ['samples that are no numbers', { ...sound, left: new Float32Array(10).fill(Number.NaN) }],
  ['encoded media', { kind: 'file', bytes: new Uint8Array(10) }],
])('%s is not', (_, raw) => expect(checkRaw(sent<Raw>(raw))).toMatch(/^the sandbox sent /));

test('a child tells that it started and how far it is, and nothing else', () => {
  const progress = { type: 'progress', step: 1, total: 2, label: 'Denoising' };
  expect(believable(sent<SandboxEvent>({ ...progress, more: 1 }))).toEqual(progress);
  for (const event of [
    { type: 'preview', mime: 'text/html', bytes: new Uint8Array(1) },
    { ...progress, label: '<script>' },
    { ...progress, step: Infinity },
  ])
    expect(believable(sent<SandboxEvent>(event))).toBeNull();
});

test('a child has no failure that would be tried again without counting', () => {
  const away = { ok: false, code: 'runner_unavailable', message: 'x', retryable: true } as const;
  expect(failureFrom(away)).toEqual({ ok: false, code: 'model_error', message: 'x', retryable: false });
});
