// For the hunt after mistakes (mutants.ts): these tests need no database, and with this nothing starts one.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['contracts/*.test.ts'],
    env: { NODE_ENV: 'test' },
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
