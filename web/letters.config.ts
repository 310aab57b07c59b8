import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { pagesIn } from './in-language.ts';

/** `vite build --config letters.config.ts --mode in-de`: what people are written, beside the pages in their language. */
const at = (place: string) => fileURLToPath(new URL(place, import.meta.url));

export default defineConfig(({ mode }) => {
  const language = mode.replace(/^in-/, '');
  return {
    root: at('.'),
    plugins: [pagesIn(language)],
    build: {
      ssr: at('../api/letters.ts'),
      outDir: at(`../.runtime/languages/${language}`),
      emptyOutDir: false,
      target: 'node24',
      rolldownOptions: { output: { entryFileNames: 'letters.js' } },
    },
  };
});
