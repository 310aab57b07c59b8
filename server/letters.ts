import { pathToFileURL } from 'node:url';
import * as english from '#api/letters.ts';
import { builtFile, languagesAsked } from './languages.ts';

/** What people are written, in one language. */
export type Letters = typeof english;

/** In English where there is no other, or none was chosen. The first letter in a language reads its file. */
export async function lettersIn(language: string | null, asked: readonly string[] | null): Promise<Letters> {
  if (language === null || !languagesAsked(asked).includes(language)) return english;
  const file = builtFile(language, 'letters.js');
  return file ? ((await import(pathToFileURL(file).href)) as Letters) : english;
}
