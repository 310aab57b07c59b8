import type * as z from 'zod';
import type { SheetNotes } from './results-shapes.ts';
import { RUBRIC } from './rubric.ts';

/**
 * What a judge wrote beside a ranking, as one text: its SHA-256 is the salt of the ranking's commitment, so that
 * neither the order nor a word can be changed after it. Entries in ascending order of their ids, criteria in that of
 * the rubric, what is empty left out.
 */
export function notesText(notes: z.infer<typeof SheetNotes>, salt: string): string {
  const written = Object.entries(notes)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([entry, note]) => [entry, RUBRIC.flatMap((about) => (note[about] ? [[about, note[about]]] : []))])
    .filter(([, said]) => said?.length !== 0);
  return JSON.stringify({ notes: written, salt });
}
