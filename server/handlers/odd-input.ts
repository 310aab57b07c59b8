import { refuse } from '../refuse.ts';

/** Deeper than anything that the contract asks for, and far from what would fill a stack. */
const DEPTH_MAX = 32;

/**
 * Refuses what no text of ours may hold: PostgreSQL cannot store NUL or half a character, 1e400 is no
 * number, and a heap of brackets only wants to be walked through. Asked of every input before its schema,
 * whether it came by body, path or query, or from a page in this process.
 */
export function refuseOddInput(input: unknown, hasParts: boolean): void {
  const found = oddityOf(input, 0);
  if (!found) return;
  const path = (hasParts ? found.path.slice(1) : found.path).join('.');
  refuse('INVALID_INPUT', { issues: [{ path: path.slice(0, 300).toWellFormed(), message: found.message }] });
}

type Oddity = { path: string[]; message: string };

function oddityOf(value: unknown, depth: number): Oddity | null {
  if (typeof value === 'string')
    return isPlain(value) ? null : here('The text holds characters that are none.');
  if (typeof value === 'number') return Number.isFinite(value) ? null : here('The number is too large.');
  if (typeof value !== 'object' || value === null) return null;
  if (depth === DEPTH_MAX) return here('The input is nested too deeply.');
  for (const [key, held] of Object.entries(value)) {
    if (!isPlain(key)) return here('A name holds characters that are none.');
    const found = oddityOf(held, depth + 1);
    if (found) return { ...found, path: [key, ...found.path] };
  }
  return null;
}

const isPlain = (text: string) => text.isWellFormed() && !text.includes('\0');
const here = (message: string): Oddity => ({ path: [], message });
