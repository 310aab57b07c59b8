import sharp from 'sharp';
import { expect, test } from 'vitest';
import { midiCompanion } from '../../engine/child/music/midi.ts';
import { createFilmEncoder } from '../../engine/media/video.ts';
import type { MediaOutput } from '../../engine/types.ts';
import { readBeside } from './beside.ts';
import { readScore } from './hostile-score.ts';

const note = { start: 0, length: 1, pitch: 60, force: 0.8, instrument: 'piano' };
const parts = { piano: { program: 0, layer: 'lead' } } as unknown as Parameters<typeof midiCompanion>[2];
const score = midiCompanion(
  [note, { ...note, start: 1, pitch: 64 }] as Parameters<typeof midiCompanion>[0],
  120,
  parts,
).bytes;
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const track = (events: number[]) => {
  const length = [0, 0, events.length >> 8, events.length & 255];
  const head = [...bytesOf('MThd'), ...[0, 0, 0, 6], ...[0, 0, 0, 1, 1, 0xe0]];
  return Uint8Array.from([...head, ...bytesOf('MTrk'), ...length, ...events]);
};

test('our own score passes to the byte, and what is no music in one of others is left out', () => {
  expect(Buffer.from(readScore(score))).toEqual(Buffer.from(score));
  const words = [0, 0xff, 1, 6, ...bytesOf('canary'), 0, 0xf0, 3, 0x43, 1, 0xf7];
  // the second note has the status of the first
  const notes = [0, 0x90, 60, 90, 96, 60, 0];
  const clean = readScore(track([...words, ...notes, 0, 0xff, 0x2f, 0]));
  expect(Buffer.from(clean).toString('latin1')).not.toContain('canary');
  expect([...clean.subarray(22)]).toEqual([0, 0x90, 60, 90, 96, 0x90, 60, 0, 0, 0xff, 0x2f, 0]);
});

test.each([
  ['no MIDI', bytesOf('<svg onload="alert(1)">')],
  ['nothing', new Uint8Array()],
  ['cut off', score.subarray(0, score.length - 9)],
  ['no notes', track([0, 0xff, 0x2f, 0])],
  ['a broken message', track([0, 0x90, 200, 90])],
  ['a number without end', track([0xff, 0xff, 0xff, 0xff, 0xff, 0x90, 60, 90])],
  ['more than a score has', new Uint8Array(1_000_001)],
])('a score that is %s is refused', (_, file) => {
  expect(() => readScore(file)).toThrow();
});

const film = await createFilmEncoder({ width: 64, height: 48, fps: 12, frames: 12 });
for (let n = 0; n < 12; n += 1)
  await film.add({
    pixels: Uint8Array.from({ length: 64 * 48 * 3 }, (_, at) => (at * 7 + n * 20) & 255),
    width: 64,
    height: 48,
  });
const made = await film.finish();
const of = (role: MediaOutput['role']) => made.find((one) => one.role === role)!;

test('a film keeps its WebM and its storyboard, made anew', async () => {
  const [webm, sheet] = [of('webm'), of('storyboard')];
  const kept = await readBeside('video', of('primary'), [
    { role: 'webm', bytes: webm.bytes },
    { role: 'storyboard', bytes: sheet.bytes, storyboard: sheet.storyboard },
  ]);
  expect(kept).toMatchObject([
    { role: 'webm', mime: 'video/webm', width: 64, height: 48 },
    { role: 'storyboard', mime: 'image/webp', storyboard: sheet.storyboard },
  ]);
});

test('what is of another work, or of another kind, is refused', async () => {
  const [work, webm, sheet] = [of('primary'), of('webm').bytes, of('storyboard')];
  const refused = (beside: Parameters<typeof readBeside>[2], to: MediaOutput = work) =>
    expect(readBeside(to.modality, to, beside)).rejects.toThrow();
  await refused([{ role: 'webm', bytes: webm }], { ...work, width: 128 });
  await refused([{ role: 'webm', bytes: webm }], { ...work, duration_ms: 5_000 });
  await refused([{ role: 'webm', bytes: of('primary').bytes }]);
  await refused([{ role: 'midi', bytes: score }]);
  await refused([{ role: 'webm', bytes: webm }], { ...work, modality: 'image' });
  await refused([{ role: 'storyboard', bytes: sheet.bytes }]);
  await refused([
    { role: 'storyboard', bytes: sheet.bytes, storyboard: { ...sheet.storyboard!, columns: 9 } },
  ]);
  const gif = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } })
    .gif()
    .toBuffer();
  await refused([{ role: 'storyboard', bytes: gif, storyboard: sheet.storyboard }]);
  await refused([
    { role: 'webm', bytes: webm },
    { role: 'webm', bytes: webm },
  ]);
});
