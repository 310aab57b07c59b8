import { expect, test } from 'vitest';
import { conclusionOf } from './conclusion.ts';
import type { Inspection, Made } from './inspection.svelte.ts';

/** What our server says of the bytes, and what we signed of them: the model has another title by now. */
const SAID = {
  ...{ role: 'master', made_at: '2026-11-20T10:00:00.000Z', model: { slug: 'drift', title: 'Renamed' } },
  signed: { release: { model: 'drift', version: '1.0.0' }, issued_at: '2026-03-04T10:00:00.000Z' },
  checks: [
    { name: 'signed', holds: true, detail: '' },
    { name: 'file', holds: true, detail: '' },
  ],
} as unknown as Made;

const about = (made: Made[]) =>
  conclusionOf({
    ...{ made, alike: null, lookup: null, shown: null, digest: 'sha256:00', file: new File([], 'a.webp') },
  } as unknown as Inspection);

test('what is called proven is what was signed, not what stands beside it today', () => {
  const { tone, proven } = about([SAID]) ?? expect.fail('there is none');
  expect(tone).toBe('good');
  expect(proven[0]).toContain('drift 1.0.0 made exactly this file');
  expect(proven.join(' ')).not.toMatch(/Renamed|20 Nov|November/);
});

test('of a copy that no signature names nothing is proven but what it is a copy of', () => {
  const copy = { ...SAID, checks: SAID.checks.map((one) => ({ ...one, holds: one.name === 'signed' })) };
  expect(about([copy])).toMatchObject({
    tone: 'unsure',
    proven: [expect.stringContaining('drift 1.0.0 made what our records say')],
  });
});

test('bytes on record without a signature prove nothing of who made them', () => {
  const { tone, proven } = about([{ ...SAID, signed: null, checks: [] }]) ?? expect.fail('there is none');
  expect(tone).toBe('unsure');
  expect(proven.join(' ')).not.toContain('drift');
});
