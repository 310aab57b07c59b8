// Two ways of asking whether the tests would notice: mistakes seeded on purpose, and a thousand small ones by a tool.
import fs from 'node:fs';
import path from 'node:path';
import { abandon, type Fate, hunt, HuntBroken } from '../../tests/mutants/hunt.ts';
import { type Mutant, MUTANTS } from '../../tests/mutants/mutants.ts';
import { npm } from './packages.ts';
import { inRoot, inRuntime } from './paths.ts';
import { once, runTool, say, StepFailed } from './steps.ts';

export type Hunted = { mutants: number; caught: number; survived: number };

/** Seeds every mistake of the table, or those whose names contain one of the words; the last line is the count. */
export async function runMutants(words: string[]): Promise<Hunted> {
  const mutants = MUTANTS.filter(
    ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  const begun = performance.now();
  const fates = await huntThem(mutants);
  const survived = fates.filter(({ fate }) => fate === 'survived').length;
  say(`all: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  const hunted = { mutants: fates.length, caught: fates.length - survived, survived };
  process.stdout.write(`${JSON.stringify(hunted)}\n`);
  if (survived > 0) process.exitCode = 1;
  return hunted;
}

async function huntThem(mutants: readonly Mutant[]): Promise<Fate[]> {
  const leave = () => {
    abandon();
    process.exit(1);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    return await hunt(mutants, (fate) => process.stdout.write(`${lineOf(fate)}\n`));
  } catch (error) {
    if (error instanceof HuntBroken) throw new StepFailed(error.message);
    throw error;
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}

const WHY_MAX = 100;

function lineOf(fate: Fate): string {
  const tests = fate.fate === 'caught' ? fate.by : fate.passed;
  const named = tests.map(({ file, test }) => `${path.basename(file)} "${test}"`).join(', ');
  return fate.fate === 'caught'
    ? `${fate.name}: caught by ${named} in ${fate.seconds} s (${fate.why.slice(0, WHY_MAX)})`
    : `${fate.name}: SURVIVED ${named}`;
}

/** Where the tool and what it found lie. */
const folder = inRuntime('mutation');
const STRYKER = 'node_modules/@stryker-mutator/core/bin/stryker.js';
const INSTALLED_FROM = ['package.json', 'package-lock.json', '.npmrc'];

/** Changes the arithmetic of money in every small way a tool can think of; less than 95 of 100 noticed is a failure. */
export async function runMutation(args: string[]): Promise<void> {
  await once('mutation', isInstalled, install);
  await runTool(path.join(folder, STRYKER), ['run', 'tools/mutation/stryker.config.json', ...args]);
}

const sourceOf = (name: string) => fs.readFileSync(inRoot('tools/mutation', name));

function isInstalled(): boolean {
  const lock = path.join(folder, 'package-lock.json');
  return (
    fs.existsSync(path.join(folder, 'node_modules/.package-lock.json')) &&
    fs.existsSync(lock) &&
    fs.readFileSync(lock).equals(sourceOf('package-lock.json'))
  );
}

async function install() {
  say('fetching the mutation tool from the npm registry into .runtime/');
  fs.mkdirSync(folder, { recursive: true });
  for (const name of INSTALLED_FROM) fs.writeFileSync(path.join(folder, name), sourceOf(name));
  await npm(['ci', '--include=dev', '--loglevel=error'], folder);
}
