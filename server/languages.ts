/** Which languages there are besides the one that everything is written in: somebody translated it, and it was built. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const TRANSLATIONS = path.resolve(import.meta.dirname, '../web/texts');
const BUILT = path.resolve(import.meta.dirname, '../.runtime/languages');

const translated = (): string[] =>
  readdirSync(TRANSLATIONS)
    .filter((name) => name.endsWith('.po'))
    .map((name) => name.slice(0, -'.po'.length));

/** Those that the operator lists, or all that somebody translated. */
export const languagesAsked = (asked: readonly string[] | null): readonly string[] => asked ?? translated();

/** Where `tools/tasks/build.ts` put a file of a language; null where it is not. */
export function builtFile(language: string, name: string): string | null {
  const file = path.join(BUILT, language, name);
  return existsSync(file) ? file : null;
}
