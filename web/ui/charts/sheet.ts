/** What a chart shows, as rows and columns: its table and its file are made of this and of nothing else. */
import { headOf, plain, type Unit, type Value } from './units.ts';

export type Column = { name: string; unit: Unit };
/** `key`: what a file calls the row, where `label` is for people. */
export type Row = { key: string; label: string; values: Value[]; href?: string | null; note?: string };
export type Sheet = { head: string; columns: Column[]; rows: Row[] };

/** RFC 4180, and no text that a spreadsheet would run: what looks like a formula gets an apostrophe before it. */
export function csvOf({ head, columns, rows }: Sheet): string {
  const noted = rows.some(({ note }) => note);
  const lines = [
    [head, ...columns.map(({ name, unit }) => headOf(name, unit)), ...(noted ? ['Note'] : [])].map(text),
    ...rows.map(({ key, values, note }) => [
      text(key),
      ...columns.map(({ unit }, place) => plain(values[place] ?? null, unit)),
      ...(noted ? [text(note ?? '')] : []),
    ]),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

const LOOKS_LIKE_A_FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
function text(raw: string): string {
  const safe = LOOKS_LIKE_A_FORMULA.test(raw) ? `'${raw}` : raw;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
