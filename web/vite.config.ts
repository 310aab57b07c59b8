import { fileURLToPath } from 'node:url';
import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { contractRoutes } from './contract-routes.ts';
import { csp } from './csp.ts';
import { later } from './later.ts';

/**
 * What nearly every page has is packed together: a hundred little files pack badly, and each costs a request. None of
 * it may import kit's client, which kit wants in a file of its own.
 */
const CHUNKS = [
  {
    name: 'frame',
    test: /node_modules\/(svelte\/src\/(?!reactivity\/|.*(bindings\/(input|media|universal)|svelte-element|custom-element))|esm-env\/|clsx\/)|preload-helper|api\/language\.ts|web\/page-step|web\/ui\/(later\/|shell\/(Mark|page-keys|places)|generator\/create-href|address|hash|(Avatar|Button|IconButton|Menu|Spinner|Badge|Price)\.svelte|(tooltip|floating|credits|words|language|title|theme|toasts))|@lucide\/svelte\/dist\/(Icon|context|defaultAttributes|utils)/,
  },
  {
    name: 'tiles',
    test: /web\/ui\/media\/(MediaTile|MusicFace|Placeholder|Waveform|playable)/,
  },
  {
    name: 'fields',
    test: /web\/ui\/(Field|Select|SeedInput|SizePicker|Slider|Switch|TextArea|TextInput)\.svelte/,
  },
  {
    name: 'refusals',
    test: /web\/(api-client|issue-words|next-step|refusal|ui\/(Copyable|EmptyState|ErrorState|Skeleton)\.svelte)/,
  },
  {
    name: 'shares',
    test: /web\/ui\/(money\/(PartDot|RecipientList|SplitBar|parts)|models\/(ShareStrip|parts))/,
  },
  {
    name: 'generator',
    test: /web\/ui\/generator\/(ModelFace|coming|compare\.ts|draft|feed|input-schema|memory|seeds)/,
  },
];

/** `vite build --mode in-de`: the pages in another language. Otherwise they are as they are written, in English. */
const IN_LANGUAGE = /^in-(.+)$/;
const at = (place: string) => fileURLToPath(new URL(place, import.meta.url));

export default defineConfig(async ({ mode }) => {
  const [, language] = IN_LANGUAGE.exec(mode) ?? [];
  const out = at(language ? `../.runtime/languages/${language}` : './build');
  return {
    root: at('.'),
    plugins: [
      ...(language ? [(await import('./in-language.ts')).pagesIn(language)] : []),
      contractRoutes(),
      later(),
      tailwindcss({ optimize: false }),
      sveltekit({
        adapter: adapter({ out }),
        // Each language has its scripts and styles under a path of its own, and is made in a folder of its own.
        ...(language && { appDir: `_app/${language}`, outDir: `../.runtime/kit/${language}` }),
        compilerOptions: { runes: true },
        csp: { mode: 'nonce', directives: csp },
        files: { src: '.', routes: 'pages', assets: 'static' },
        // Pages are served by our own server, which knows the origin; relative links keep the build free of it.
        paths: { relative: false },
        version: { pollInterval: 0 },
        // The list of all pages would be 6 kB of script on each of them; where a link leads is asked while one points at it.
        router: { resolution: 'server' },
      }),
    ],
    build: {
      // light-dark() carries both themes; older targets would have it rewritten into twice the rules.
      cssTarget: ['chrome125', 'firefox128', 'safari18'],
      assetsInlineLimit: 0,
    },
    environments: {
      client: { build: { rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } } } },
    },
  };
});
