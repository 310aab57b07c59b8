import type { Plugin } from 'vite';
import { nameOf } from './texts/catalogue.ts';
import { formsOf, refusalsIn, sayIn } from './texts/languages.ts';
import { inLanguage } from './texts/put.ts';

const LANGUAGE_FILE = 'ui/language.ts';
const REFUSALS_FILE = 'texts/refusals.ts';

/**
 * The pages in another language: each sentence is exchanged where it stands, before anything is compiled. So another
 * language weighs what English weighs, and the build of English has never heard of any.
 */
export function pagesIn(language: string): Plugin {
  const say = sayIn(language);
  return {
    name: 'pages-in-language',
    enforce: 'pre',
    transform: {
      filter: { id: /\/(web\/.*\.(svelte|ts)|api\/.*-words\.ts)$/ },
      handler(code, id) {
        const file = nameOf(id);
        if (file === null) return undefined;
        if (file === LANGUAGE_FILE) return { code: languageFile(code, language), map: null };
        return { code: inLanguage(code, file, say), map: null };
      },
    },
    load(id) {
      if (!id.endsWith(`/web/${REFUSALS_FILE}`)) return undefined;
      return { code: `export const sentences = ${JSON.stringify(refusalsIn(say))};`, moduleType: 'js' };
    },
  };
}

/** The few lines that say which language it is. */
function languageFile(code: string, language: string): string {
  const { direction } = new Intl.Locale(language).getTextInfo();
  const lines: Record<string, unknown> = {
    LANGUAGE: language,
    DIRECTION: direction === 'rtl' ? 'rtl' : 'ltr',
    FORMS: formsOf(language),
  };
  return Object.entries(lines).reduce((text, [name, value]) => {
    const line = new RegExp(`(const ${name}(?:: [^=]+)? = )[^;]+;`);
    if (!line.test(text)) throw new Error(`${LANGUAGE_FILE} has no ${name}`);
    return text.replace(line, (_, before: string) => `${before}${JSON.stringify(value)};`);
  }, code);
}
