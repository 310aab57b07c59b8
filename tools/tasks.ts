// What each npm script does, under Node 24. `tools/run.mjs` has seen to the dependencies before this file is read.
import fs from 'node:fs';
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { build } from './tasks/build.ts';
import { doctor } from './tasks/doctor.ts';
import { inRoot } from './tasks/paths.ts';
import { say, StepFailed } from './tasks/steps.ts';

type Task = (args: string[]) => Promise<void> | void;

const TASKS: Record<string, Task> = {
  start: async (args) => {
    await build();
    process.env.NODE_ENV = 'production';
    await runFile('server/main.ts', args);
    keepCompiledCode();
  },
  dev: async (args) => {
    process.env.NODE_ENV = 'development';
    await runFile('server/main.ts', ['--dev', ...args]);
  },
  build,
  // Read when wanted: a start should not wait for what only tests need.
  types: async () => (await import('./tasks/types.ts')).generateTypes(),
  test: async (args) => (await import('./tasks/test.ts')).runTests(args),
  'test:faults': async (args) => (await import('./tasks/test.ts')).runTestsOfFaults(args),
  'test:pages': async (args) => {
    await build();
    await runFile('tests/browser/keep-pages.ts', args);
  },
  'test:mutants': async (args) => void (await (await import('./tasks/mutants.ts')).runMutants(args)),
  'test:mutation': async (args) => (await import('./tasks/mutants.ts')).runMutation(args),
  format: async (args) => (await import('./tasks/test.ts')).runFormat(args),
  demo: (args) => runFile('server/demo/main.ts', args),
  worker: (args) => runFile('server/worker/main.ts', args),
  auditor: (args) => runFile('server/auditor.ts', args),
  contracts: (args) => runFile('contracts/main.ts', args),
  // An epoch is checked with nothing of the server.
  verify: (args) =>
    args[0] === 'epoch'
      ? runFile('packages/epoch-check/cli.ts', args.slice(1))
      : runFile('server/verify.ts', args),
  figures: (args) => runFile('server/figures.ts', args),
  keys: (args) => runFile('server/keys.ts', args),
  backup: (args) => runFile('server/backup.ts', args),
  restore: (args) => runFile('server/restore.ts', args),
  bench: (args) => runFile('bench/main.ts', args),
  simulate: (args) => runFile('bench/simulate/main.ts', args),
  packages: async () => void (await (await import('./tasks/packages.ts')).packPackages()),
  texts: async (args) => (await import('./tasks/texts.ts')).writeTexts(args),
  docs: async () => (await import('./tasks/docs.ts')).writeDocs(),
  'models:build': (args) => runFile('models/build.ts', args),
};

async function main([name = 'start', ...args]: string[]) {
  const task = TASKS[name];
  if (!task) {
    process.stderr.write(`no task "${name}": there are ${Object.keys(TASKS).join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  stopWhenParentIsGone();
  doctor();
  await task(args);
}

/** In this very process, which saves the start of another. The file sees the arguments as if it had been called itself. */
async function runFile(file: string, args: string[]) {
  const at = inRoot(file);
  if (!fs.existsSync(at)) throw new StepFailed(`there is no ${file}`);
  process.argv = [process.execPath, at, ...args];
  await import(pathToFileURL(at).href);
}

/** Node writes its cache when it exits, and a server may never leave cleanly. */
function keepCompiledCode() {
  setTimeout(flushCompileCache, 3_000).unref();
}

/** The bootstrap hands on every signal but `kill -9`. */
function stopWhenParentIsGone() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  say(error.message); // the tool that failed has said the rest
  process.exitCode = 1;
}
