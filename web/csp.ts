import type { Config } from '@sveltejs/kit/vite';

/**
 * The content security policy of every page. Kit adds a nonce to scripts and styles.
 * Media come from an origin that is only known when the server starts, so the policy carries a stand-in
 * that `hooks.server.ts` replaces.
 */
export const MEDIA_ORIGIN_PLACEHOLDER = 'https://media-origin.invalid' as const;

export const csp: NonNullable<NonNullable<Config['csp']>['directives']> = {
  'default-src': ['none'],
  'script-src': ['self'],
  'style-src': ['self'],
  // One fixed attribute may stand: the one that hides kit's announcer of page titles from the eye.
  'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
  'img-src': ['self', 'data:', 'blob:', MEDIA_ORIGIN_PLACEHOLDER],
  'media-src': ['self', 'blob:', MEDIA_ORIGIN_PLACEHOLDER],
  'font-src': ['self'],
  'connect-src': ['self'],
  'manifest-src': ['self'],
  'base-uri': ['none'],
  'form-action': ['self'],
  'frame-ancestors': ['none'],
  'require-trusted-types-for': ['script'],
  'trusted-types': ['svelte-trusted-html', 'own-scripts'],
};
