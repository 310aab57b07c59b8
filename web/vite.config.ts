import { fileURLToPath } from 'node:url';
import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { contractRoutes } from './contract-routes.ts';
import { csp } from './csp.ts';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [
    contractRoutes(),
    tailwindcss({ optimize: false }),
    sveltekit({
      adapter: adapter({ out: fileURLToPath(new URL('./build', import.meta.url)) }),
      compilerOptions: { runes: true },
      csp: { mode: 'nonce', directives: csp },
      files: { src: '.', routes: 'pages', assets: 'static' },
      // Pages are served by our own server, which knows the origin; relative links keep the build free of it.
      paths: { relative: false },
      version: { pollInterval: 0 },
    }),
  ],
  build: {
    // light-dark() carries both themes; older targets would have it rewritten into twice the rules.
    cssTarget: ['chrome125', 'firefox128', 'safari18'],
    assetsInlineLimit: 0,
  },
});
