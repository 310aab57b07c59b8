import { EDIT_ROWS_MAX, ModelChange } from '#api/registry/edit-shapes.ts';
import { EditField } from '#api/registry/edit-refusal.ts';
import { csvOf, CsvRefused, readCsv, textOfCell } from '../../kit/csv.ts';
import type { Editable } from './edit-rules.ts';

const COLUMNS = ['slug', 'version', ...EditField.options] as const;
type Column = (typeof COLUMNS)[number];

type Issue = { path: string; message: string };

/** Models as a table: one row each, one column for each field that can be edited. */
export const tableOf = (models: readonly Omit<Editable, 'id'>[]): string =>
  csvOf(
    COLUMNS,
    models.map((model) =>
      COLUMNS.map((column) => (column === 'tags' ? model.tags.join(' ') : model[column])),
    ),
  );

/** What such a table asks for, row by row; or what is wrong with it as a table. */
export function changesIn(bytes: Uint8Array): { changes: ModelChange[] } | { issues: Issue[] } {
  const text = textOf(bytes);
  if (text === null) return { issues: [{ path: 'file', message: 'is not text in UTF-8' }] };
  try {
    return changesOf(readCsv(text, { rows_max: EDIT_ROWS_MAX }));
  } catch (error) {
    if (!(error instanceof CsvRefused)) throw error;
    return { issues: [{ path: `row ${error.row}`, message: error.message }] };
  }
}

function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

const ISSUES_MAX = 50;
/** With so many wrong ones among them it is another table. */
const COLUMNS_MAX = 100;

function changesOf([header, ...rows]: ReturnType<typeof readCsv>):
  { changes: ModelChange[] } | { issues: Issue[] } {
  const columns = (header?.cells ?? []).map((name) => name.trim().toLowerCase());
  const wrong = issuesOfHeader(columns);
  if (wrong.length > 0) return { issues: wrong };
  if (rows.length === 0) return { issues: [{ path: 'file', message: 'has no rows below its header' }] };
  const changes: ModelChange[] = [];
  const issues: Issue[] = [];
  for (const { row, cells } of rows) {
    const read = changeOf(columns, cells, `row ${row}`);
    if ('issue' in read) issues.push(read.issue);
    else changes.push(read.change);
    if (issues.length === ISSUES_MAX) break;
  }
  return issues.length > 0 ? { issues } : { changes };
}

const isColumn = (name: string): name is Column => COLUMNS.some((column) => column === name);

function issuesOfHeader(columns: readonly string[]): Issue[] {
  const issue = (message: string) => ({ path: 'header', message });
  // it takes a moment to say of each what is wrong, and somebody could send a million
  if (columns.length > COLUMNS_MAX)
    return [issue(`has ${columns.length.toLocaleString('en')} columns; there are ${COLUMNS.join(', ')}`)];
  const unknown = columns.filter((name) => !isColumn(name));
  const twice = columns.filter((name, at) => columns.indexOf(name) !== at);
  const missing = ['slug', 'version'].filter((name) => !columns.includes(name));
  return [
    ...missing.map((name) => issue(`has no column ${name}`)),
    ...twice.map((name) => issue(`has the column ${name} twice`)),
    ...unknown.map((name) => issue(`has a column “${name.slice(0, 40)}”; there are ${COLUMNS.join(', ')}`)),
    ...(columns.length === 2 && missing.length === 0 ? [issue('has no column with anything to change')] : []),
  ];
}

function changeOf(
  columns: readonly string[],
  cells: readonly string[],
  path: string,
): { change: ModelChange } | { issue: Issue } {
  if (cells.length !== columns.length)
    return { issue: { path, message: `has ${cells.length} cells, and the header has ${columns.length}` } };
  const row = Object.fromEntries(columns.map((name, at) => [name, textOfCell(cells[at] ?? '')]));
  const { slug = '', version = '', tags, ...texts } = row;
  if (!/^\d{1,9}$/.test(version.trim()))
    return { issue: { path: `${path}, version`, message: 'is not a version: take it as the export has it' } };
  const read = ModelChange.safeParse({
    ...texts,
    slug: slug.trim(),
    version: Number(version),
    ...(tags !== undefined && { tags: tags.split(/[\s,;]+/).filter((tag) => tag !== '') }),
  });
  if (read.success) return { change: read.data };
  const [first] = read.error.issues;
  return {
    issue: { path: `${path}, ${first?.path[0]?.toString() ?? ''}`, message: first?.message ?? 'is wrong' },
  };
}
