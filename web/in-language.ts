import type { Plugin } from 'vite';
import { nameOf } from './texts/catalogue.ts';
import { formsOf, refusalsIn, sayIn, toldIn } from './texts/languages.ts';
import { inLanguage } from './texts/put.ts';

const LANGUAGE_FILE = 'api/language.ts';
const REFUSALS_FILE = 'texts/refusals.ts';
const TOLD_FILE = 'texts/told.ts';

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
      filter: { id: /\/(web\/.*\.(svelte|ts)|api\/(.*-words|language)\.ts)$/ },
      handler(code, id) {
        if (id.endsWith(`/${LANGUAGE_FILE}`)) return { code: languageFile(code, language), map: null };
        const file = nameOf(id);
        if (file === null) return undefined;
        return { code: inLanguage(code, file, say), map: null };
      },
    },
    load(id) {
      if (id.endsWith(`/web/${REFUSALS_FILE}`)) return table('sentences', refusalsIn(say));
      if (id.endsWith(`/web/${TOLD_FILE}`)) return table('told', toldIn(say));
      return undefined;
    },
  };
}

const table = (name: string, sentences: Record<string, string>) => ({
  code: `export const ${name} = ${JSON.stringify(sentences)};`,
  moduleType: 'js',
});

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
