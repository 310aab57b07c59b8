import { defineConfig } from 'vitest/config';

// Tests bring their own database. One that the shell names is somebody's and stays untouched.
delete process.env.DATABASE_URL;

/** `npm run test:faults` sets this: the same faults for much longer, and nothing else. */
const faultsOnly = process.env.FAULTS === 'long';

export default defineConfig({
  test: {
    include: [faultsOnly ? 'tests/faults/long/**/*.test.ts' : '**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      '**/build/**',
      '.runtime/**',
      ...(faultsOnly ? [] : ['tests/faults/long/**']),
    ],
    globalSetup: ['tests/setup/global.ts'],
    setupFiles: ['tests/setup/loaders.ts'],
    pool: 'forks',
    // Ten times quicker, and the price is a rule: tests share no global state.
    isolate: false,
    maxWorkers: 2,
    testTimeout: faultsOnly ? 600_000 : 30_000,
    hookTimeout: faultsOnly ? 600_000 : 60_000,
    env: { NODE_ENV: 'test' },
  },
});
