import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, describe, expect, test } from 'vitest';
import { createDesk, type PaperOrder } from '../index.ts';
import { asSeen } from './paper-ink.ts';

const scratch_dir = mkdtempSync(join(tmpdir(), 'papers-'));
const desk = createDesk({ children: 1, scratch_dir });
afterAll(async () => {
  await desk.close();
  rmSync(scratch_dir, { recursive: true, force: true });
});

const TITLES = ['Drift', 'Ελλάδα', 'Привет', 'Grüße', '한국어', 'こんにちは', '你好', 'สวัสดี', 'שלום', 'मेघ'];
const ROWS = 60;
const ORDER: PaperOrder = {
  ...{ lang: 'en', title: 'Statement for November 2026', lines: ['Mira'], from: 'Stellary', mark: 'Sealed' },
  ...{ foot: 'Statement · Mira', author: 'Stellary', made_at: '2026-12-02T00:00:00.000Z' },
  blocks: [
    { kind: 'heading', text: 'Movements', note: 'All of them.' },
    {
      ...{ kind: 'table', headed: true },
      columns: [
        { name: 'What', part: 3 },
        { name: 'Credits', part: 1, align: 'end' },
      ],
      rows: Array.from({ length: ROWS }, (_, n) => ({
        cells: [TITLES[n % TITLES.length] ?? '', `+${n}.${String(n).padStart(6, '0')}`],
      })),
    },
    // a letter that no font has, and a word that is wider than the page
    { kind: 'text', text: `\u{10330} ${'long'.repeat(80)}` },
  ],
};

describe('a paper', () => {
  test('can be read back, in every script that cards have, with its figures, a head on each page and numbers', async () => {
    const done = await desk.do('paper', ORDER, { wall_ms_max: 60_000 });
    if (!done.ok) throw new Error(done.message);
    const pdf = await getDocumentProxy(new Uint8Array(done.value));
    const { text, totalPages } = await extractText(pdf, { mergePages: false });
    expect(totalPages).toBeGreaterThan(1);
    for (const [at, page] of text.entries()) {
      expect(page).toContain(`Statement · Mira Page ${at + 1} of ${totalPages}`);
      if (page.includes('Drift')) expect(page).toContain('What Credits');
    }
    const words = text.join('\n').replaceAll(/\s+/g, ' ');
    for (const [n, title] of TITLES.entries())
      expect(words).toContain(`${title} +${n}.${String(n).padStart(6, '0')}`);
    expect(words).toContain(`+${ROWS - 1}.0000${ROWS - 1}`);
    expect(words).toContain('? long');
    expect(words.replaceAll(' ', '').match(/long/g)).toHaveLength(80);
    expect((await pdf.getMetadata()).info).toMatchObject({
      Title: ORDER.title,
      Language: 'en',
      Author: 'Stellary',
    });
    // whoever has it read aloud is led through it: heads, tables and rows, and nothing that stands at an edge
    const trees = await Promise.all(text.map(async (_, at) => (await pdf.getPage(at + 1)).getStructTree()));
    const tagged = (tag: string) => trees.flatMap((tree) => partsOf(tree)).filter((role) => role === tag);
    expect([tagged('H1'), tagged('H2'), tagged('TH')]).toEqual([['H1'], ['H2'], ['TH', 'TH']]);
    expect(tagged('TD')).toHaveLength(2 * ROWS);
    expect(await pdf.getMarkInfo()).toMatchObject({ Marked: true });
    // the same order is the same file
    const again = await desk.do('paper', ORDER, { wall_ms_max: 60_000 });
    expect(again.ok && Buffer.from(again.value).equals(Buffer.from(done.value))).toBe(true);
  });
});

type Tree = { role?: string; type?: string; children?: Tree[] } | null;
/** The parts of which something is read on a page. */
function partsOf(tree: Tree): string[] {
  const children = tree?.children ?? [];
  const is_read = children.some((child) => child?.type === 'content');
  return [...(tree?.role && is_read ? [tree.role] : []), ...children.flatMap(partsOf)];
}

describe('pieces of a line', () => {
  const sides = fc.array(fc.constantFrom('left', 'right', null));
  const seen = (of: readonly ('left' | 'right' | null)[], fromRight: boolean) =>
    asSeen(
      of.map((side, at) => ({ side, at })),
      fromRight,
    ).map(({ at }) => at);

  test('stand in reverse where they are read from the right, and none is lost', () => {
    fc.assert(
      fc.property(sides, fc.boolean(), (of, fromRight) => {
        const places = of.map((_, at) => at);
        const found = seen(of, fromRight);
        expect(found.toSorted((a, b) => a - b)).toEqual(places);
        if (!fromRight && !of.includes('right')) expect(found).toEqual(places);
        if (fromRight && !of.includes('left')) expect(found).toEqual(places.toReversed());
      }),
    );
    expect(seen(['left', null, 'right', null, 'right', null, 'left'], false)).toEqual([0, 1, 4, 3, 2, 5, 6]);
    expect(seen(['right', null, 'left', null, 'left', null, 'right'], true)).toEqual([6, 5, 2, 3, 4, 1, 0]);
  });
});
