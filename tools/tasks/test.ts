import fs from 'node:fs';
import path from 'node:path';
import pLimit from 'p-limit';
import { ensureBrowser } from '../browser.ts';
import { build } from './build.ts';
import { inRoot, inRuntime } from './paths.ts';
import { runTool, say, step } from './steps.ts';
import { generateTypes } from './types.ts';

const RESULTS = inRuntime('test-results.json');

type Tally = { passed: number; failed: number; skipped: number };

/** Everything, and the last line says how it went. With names of files, only those tests. */
export async function runTests(filters: string[]): Promise<void> {
  ignoreShell();
  const begun = performance.now();
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };

  await check(tally, generateTypes);
  if (filters.length === 0) await checkStatically(tally);
  await check(tally, build);
  const browser = await findBrowserFor(tally);
  add(tally, await runVitest(filters, browser ? { BROWSER_PATH: browser } : {}));

  say(`all: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  report(tally);
}

/** The same faults as in the ordinary tests, for much longer, and all the mistakes that the tests must notice. */
export async function runTestsOfFaults(filters: string[]): Promise<void> {
  ignoreShell();
  const tally = await runVitest(filters, { FAULTS: 'long' });
  if (filters.length === 0) {
    const { runMutants } = await import('./mutants.ts');
    const { caught, survived } = await runMutants([]);
    add(tally, { passed: caught, failed: survived, skipped: 0 });
  }
  report(tally);
}

export async function runFormat(args: string[]): Promise<void> {
  await runTool('prettier/bin/prettier.cjs', [
    '--write',
    '--log-level',
    'warn',
    ...(args.length > 0 ? args : ['.']),
  ]);
}

/** What the shell says is about somebody's product, and the tests bring their own. */
function ignoreShell() {
  for (const name of ['DATABASE_URL', 'DATA_DIR', 'PORT', 'HOST', 'ROLES']) delete process.env[name];
}

async function checkStatically(tally: Tally) {
  const hasWeb = fs.existsSync(inRoot('web/vite.config.ts'));
  const web = { cwd: inRoot('web'), quiet: true };
  // The web's own tsconfig extends one that kit generates; without it not even the linter can read the pages.
  if (hasWeb) await check(tally, () => runTool('@sveltejs/kit/svelte-kit.js', ['sync'], web));

  const quiet = { quiet: true };
  const checks: [string, () => Promise<void>][] = [
    ['lint', () => runTool('oxlint/bin/oxlint', ['--type-aware', '--quiet'], quiet)],
    [
      'format',
      () =>
        runTool(
          'prettier/bin/prettier.cjs',
          ['--check', '--log-level', 'warn', '--cache', '--cache-location', inRuntime('prettier'), '.'],
          quiet,
        ),
    ],
    [
      'types of the server',
      () =>
        runTool(
          'typescript/bin/tsc',
          ['-p', '.', '--incremental', '--tsBuildInfoFile', inRuntime('tsc.json')],
          quiet,
        ),
    ],
  ];
  if (hasWeb)
    checks.push([
      'types of the web',
      () => runTool('svelte-check/bin/svelte-check', ['--output', 'human', '--fail-on-warnings'], web),
    ]);
  // that is how many cores there may be
  const twoAtATime = pLimit(2);
  await Promise.all(checks.map(([name, work]) => twoAtATime(() => check(tally, () => step(name, work)))));
}

/** A check counts as one test. The others still run: one look shows all that is wrong. */
async function check(tally: Tally, work: () => Promise<void>) {
  try {
    await work();
    tally.passed += 1;
  } catch (error) {
    tally.failed += 1;
    say(error instanceof Error ? error.message : String(error));
  }
}

async function findBrowserFor(tally: Tally): Promise<string | undefined> {
  if (!fs.existsSync(inRoot('tests/browser'))) return undefined;
  const browser = ensureBrowser(say);
  if (browser) return browser;
  say('NO BROWSER: the tests in tests/browser DO NOT RUN. Install Chromium, or set BROWSER_PATH.');
  if (process.env.CI) tally.failed += 1;
  return undefined;
}

async function runVitest(filters: string[], env: Record<string, string>): Promise<Tally> {
  fs.rmSync(RESULTS, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`, ...filters];
  let clean = true;
  try {
    await step('vitest', () => runTool('vitest/vitest.mjs', args, { env }));
  } catch {
    clean = false;
  }
  const results = readResults();
  const tally = tallyOf(results);
  nameFailures(results);
  // A file that cannot be read, or an error outside any test, fails no test and still is a failure.
  if (!clean && tally.failed === 0) tally.failed = 1;
  return tally;
}

/** As far as they are read here: vitest writes them as Jest does. */
type Results = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
};

function readResults(): Results | null {
  try {
    return JSON.parse(fs.readFileSync(RESULTS, 'utf8')) as Results;
  } catch {
    return null;
  }
}

const tallyOf = (results: Results | null): Tally =>
  results
    ? {
        passed: results.numPassedTests,
        failed: results.numFailedTests,
        skipped: results.numPendingTests,
      }
    : { passed: 0, failed: 1, skipped: 0 };

/** Once more at the end, a line each: a failure that shows long values pushes those before it out of the log. */
function nameFailures(results: Results | null) {
  const firstLine = (message = '') => message.split('\n')[0]?.slice(0, 200) ?? '';
  for (const { name, message, assertionResults } of results?.testResults ?? []) {
    const file = path.relative(inRoot('.'), name);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0 && message !== '') say(`FAILED ${file}: ${firstLine(message)}`);
    for (const { fullName, failureMessages } of failed)
      say(`FAILED ${file}: ${fullName}: ${firstLine(failureMessages[0])}`);
  }
}

function add(tally: Tally, more: Tally) {
  tally.passed += more.passed;
  tally.failed += more.failed;
  tally.skipped += more.skipped;
}

function report({ passed, failed, skipped }: Tally) {
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  if (failed > 0) process.exitCode = 1;
}
