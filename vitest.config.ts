import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/setup/longest-first.ts';
import { quickFolder } from './tools/quick-folder.ts';

// Tests bring their own database. One that the shell names is somebody's and stays untouched.
delete process.env.DATABASE_URL;

/** `npm run test:faults` sets this: the same faults for much longer, and the models with more seeds. */
const faultsOnly = process.env.FAULTS === 'long';

export default defineConfig({
  test: {
    include: faultsOnly ? ['tests/faults/long/**/*.test.ts', 'models/models.test.ts'] : ['**/*.test.ts'],
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
    sequence: { sequencer: LongestFirst },
    // They end what hangs, and nothing else: a test that waits in vain says so itself, long before.
    testTimeout: faultsOnly ? 600_000 : 180_000,
    hookTimeout: faultsOnly ? 600_000 : 180_000,
    expect: { poll: { timeout: 60_000 } },
    env: { NODE_ENV: 'test', TMPDIR: quickFolder() },
  },
});
