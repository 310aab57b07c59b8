// The tests of what is pure: amounts in, amounts out. They need no database, and so nothing starts one.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/split/**/*.test.ts', 'server/flows/postings/**/*.test.ts'],
    env: { NODE_ENV: 'test' },
  },
});
