export type Word = { kind: 'same' | 'added' | 'removed'; text: string };
export type Paragraph = { kind: 'same' | 'added' | 'removed' | 'changed'; words: Word[] };

/** A longer text than this is compared paragraph by paragraph only. */
const WORDS_MAX = 1_500;
/** What differs in more places than this is not compared: all of it went, and all of it came. */
const CELLS_MAX = 1_000_000;

/** What changed from one text to the other: which paragraphs, and within those that changed, which words. */
export function compareTexts(before: string, after: string): Paragraph[] {
  const steps = compare(paragraphsOf(before), paragraphsOf(after), '\n\n');
  const found: Paragraph[] = [];
  for (let place = 0; place < steps.length;) {
    const { kind, text } = steps[place] ?? { kind: 'same' as const, text: '' };
    if (kind === 'same') {
      found.push({ kind, words: [{ kind, text }] });
      place += 1;
      continue;
    }
    // what went and what came at one place are one change
    const run = runFrom(steps, place);
    const gone = run.filter((step) => step.kind === 'removed').map((step) => step.text);
    const come = run.filter((step) => step.kind === 'added').map((step) => step.text);
    for (let pair = 0; pair < Math.max(gone.length, come.length); pair += 1)
      found.push(changeOf(gone[pair], come[pair]));
    place += run.length;
  }
  return found;
}

const paragraphsOf = (text: string): string[] =>
  text
    .split(/\n\s*\n|\n(?=\d+\. |- |#)/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');

function runFrom(steps: readonly Word[], from: number): Word[] {
  let end = from;
  while (end < steps.length && steps[end]?.kind !== 'same') end += 1;
  return steps.slice(from, end);
}

function changeOf(gone: string | undefined, come: string | undefined): Paragraph {
  if (gone === undefined) return { kind: 'added', words: [{ kind: 'added', text: come ?? '' }] };
  if (come === undefined) return { kind: 'removed', words: [{ kind: 'removed', text: gone }] };
  const [was, is] = [wordsOf(gone), wordsOf(come)];
  if (was.length + is.length > WORDS_MAX)
    return {
      kind: 'changed',
      words: [
        { kind: 'removed', text: gone },
        { kind: 'added', text: come },
      ],
    };
  return { kind: 'changed', words: joined(compare(was, is)) };
}

/** Each word with the space after it, so that joined they are the text again. */
const wordsOf = (text: string): string[] => text.match(/\S+\s*/g) ?? [];

function joined(words: readonly Word[]): Word[] {
  const runs: Word[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    if (last?.kind === word.kind) last.text += word.text;
    else runs.push({ ...word });
  }
  return runs;
}

/** The shortest way from one list to another: the longest common subsequence stays. */
function compare(before: readonly string[], after: readonly string[], between = ''): Word[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const [gone, come] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const middle =
    gone.length * come.length > CELLS_MAX
      ? [word('removed', gone.join(between)), word('added', come.join(between))]
      : compareCells(gone, come);
  const same = (text: string) => word('same', text);
  return [...before.slice(0, start).map(same), ...middle, ...before.slice(before.length - end).map(same)];
}

const word = (kind: Word['kind'], text: string): Word => ({ kind, text });

function compareCells(before: readonly string[], after: readonly string[]): Word[] {
  const [rows, columns] = [before.length, after.length];
  const kept = new Uint32Array((rows + 1) * (columns + 1));
  const at = (row: number, column: number) => kept[row * (columns + 1) + column] ?? 0;
  for (let row = rows - 1; row >= 0; row -= 1)
    for (let column = columns - 1; column >= 0; column -= 1)
      kept[row * (columns + 1) + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const steps: Word[] = [];
  for (let row = 0, column = 0; row < rows || column < columns;) {
    const [gone, come] = [before[row], after[column]];
    if (gone !== undefined && gone === come) {
      steps.push(word('same', gone));
      row += 1;
      column += 1;
    } else if (gone !== undefined && (come === undefined || at(row + 1, column) >= at(row, column + 1))) {
      steps.push(word('removed', gone));
      row += 1;
    } else {
      steps.push(word('added', come ?? ''));
      column += 1;
    }
  }
  return steps;
}
