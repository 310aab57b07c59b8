import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { type CardOrder, createDesk } from '../index.ts';
import { drawable } from './drawable.ts';

const scratch_dir = mkdtempSync(join(tmpdir(), 'cards-'));
const desk = createDesk({ children: 1, scratch_dir });
afterAll(async () => {
  await desk.close();
  rmSync(scratch_dir, { recursive: true, force: true });
});

const ORDER: CardOrder = {
  kind: 'Image model',
  title: { text: 'Drift', plain: 'drift' },
  by: { text: 'by Mira Solberg', plain: 'by @mira-solberg' },
  facts: ['Ink and slow water'],
  ...{ pictures: [], peaks: null, plays: false, width: 600 },
};
async function drawn(change: Partial<CardOrder>): Promise<Buffer> {
  const done = await desk.do('card', { ...ORDER, ...change }, { wall_ms_max: 20_000 });
  if (!done.ok) throw new Error(done.message);
  return sharp(done.value).raw().toBuffer();
}
const picture = (background: string) =>
  sharp({ create: { width: 64, height: 64, channels: 4, background } })
    .webp({ lossless: true })
    .toBuffer()
    .then((bytes) => new Uint8Array(bytes));

describe('a card', () => {
  test('is as large as was asked for, and shows its picture at the side of the words', async () => {
    const red = await picture('#ff0000');
    for (const width of [600, 1200]) {
      const done = await desk.do('card', { ...ORDER, pictures: [red], width }, { wall_ms_max: 20_000 });
      if (!done.ok) throw new Error(done.message);
      const { data, info } = await sharp(done.value).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width, height: (width * 630) / 1200, channels: 3 });
      const middle = Math.floor(info.height / 2) * info.width;
      expect([...data.subarray((middle + width - 20) * 3, (middle + width - 20) * 3 + 3)]).toEqual([
        254, 0, 0,
      ]);
      expect(data[(middle + 4) * 3]).toBeLessThan(20);
    }
  });

  test('draws what people write in, and where it has no letters the plainer words', async () => {
    const plain = await drawn({ title: { text: 'drift', plain: 'drift' } });
    const written = [
      'Žluťoučký',
      'Ελένη',
      'Щука',
      '春の海',
      '안녕',
      '山水',
      '臺灣',
      'שלום',
      'مرحبا',
      'नमस्ते',
      'สวัสดี',
      '🚂',
    ];
    for (const text of written)
      expect((await drawn({ title: { text, plain: 'drift' } })).equals(plain), text).toBe(false);
    for (const text of ['ክፉ', 'ክፉ Drift', '🇯🇵'])
      expect((await drawn({ title: { text, plain: 'drift' } })).equals(plain), text).toBe(true);
    const without = await drawn({ facts: [] });
    expect((await drawn({ facts: ['ክፉ'] })).equals(without)).toBe(true);
    expect((await drawn({ facts: ['春の海'] })).equals(without)).toBe(false);
  });

  test('is the same with marks that nobody draws', async () => {
    const plain = await drawn({});
    expect((await drawn({ title: { text: ' Drift\u202e 🇯🇵', plain: 'x' } })).equals(plain)).toBe(true);
  });

  test('says what it cannot read', async () => {
    const pictures = [new Uint8Array(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))];
    const done = await desk.do('card', { ...ORDER, pictures }, { wall_ms_max: 20_000 });
    expect(done).toMatchObject({ ok: false, code: 'output_rejected' });
  });
});

const SIGNS = fc.constantFrom(
  ...'a é春म \u0000\u0301\u200c\u200d\u202e\ufe0f\ue000',
  '\ud83c',
  '🎉',
  '👩‍🚀',
  '🇯🇵',
);

test('what is drawn turns no text around and holds no signs of control', () => {
  fc.assert(
    fc.property(fc.string({ unit: SIGNS }), (text) => {
      const between = /(?<=[\p{L}\p{M}])[\u{200c}\u{200d}](?=[\p{L}\p{M}])/gu;
      expect(drawable(text).replace(between, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect(drawable(text)).toBe(drawable(drawable(text)));
    }),
  );
});
