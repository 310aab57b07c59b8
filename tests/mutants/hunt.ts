// Plants each mistake in a throw-away copy of the tree and runs the tests there that must notice it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Change, Mutant } from './mutants.ts';

const root = path.resolve(import.meta.dirname, '../..');
const PREFIX = 'stellary-mutant-';
/** Tests of these need no database: with this configuration nothing starts one. */
const PURE = /^(packages\/split|server\/flows\/postings)\//;
const PURE_CONFIG = 'tools/mutation/vitest.config.ts';
const LONGEST_MS = 180_000;
/** A mistake may make a test wait for ever. */
const TEST_TIMEOUT_MS = 20_000;
const LANES = 2;

type Named = Mutant['noticed_by'][number];
export type Fate =
  | { name: string; fate: 'caught'; by: readonly Named[]; why: string; seconds: number }
  | { name: string; fate: 'survived'; passed: readonly Named[]; seconds: number };

/** The hunt itself is broken: a text to replace is gone, or the tests that should notice do not run. */
export class HuntBroken extends Error {}

/** First the control: without any mistake all the tests named pass. Then each mistake, two at a time. */
export async function hunt(
  mutants: readonly Mutant[],
  tell: (fate: Fate) => void = () => {},
): Promise<Fate[]> {
  for (const { name, changes } of mutants) seedAll(root, changes, name);
  await control(mutants.flatMap(({ noticed_by }) => noticed_by));
  const fates: Fate[] = [];
  await inLanes(mutants, async (mutant, place) => {
    const fate = await fateOf(mutant);
    fates[place] = fate;
    tell(fate);
  });
  return fates;
}

/** Those that need a database and those that do not, side by side. */
async function control(all: readonly Named[]): Promise<void> {
  const kinds = [all.filter(isPure), all.filter((named) => !isPure(named))];
  await inLanes(
    kinds.filter((named) => named.length > 0),
    async (named) => {
      const results = await inCopy([], (copy) => runTests(copy, named, LONGEST_MS * 2));
      const wrong = results
        .filter(({ status }) => status !== 'passed')
        .map(({ test, status }) => `${test}: ${status}`);
      if (wrong.length > 0)
        throw new HuntBroken(`without any mistake these do not pass:\n  ${[...new Set(wrong)].join('\n  ')}`);
    },
  );
}

const isPure = ({ file }: Named) => PURE.test(file);

async function fateOf({ name, changes, noticed_by }: Mutant): Promise<Fate> {
  const begun = performance.now();
  const results = await inCopy(changes, (copy) => runTests(copy, noticed_by, LONGEST_MS), name);
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const strange = results.find(({ status }) => status !== 'passed' && status !== 'failed');
  if (strange) throw new HuntBroken(`${name}: "${strange.test}" did not run (${strange.status})`);
  const passed = results.filter(({ status }) => status === 'passed');
  return passed.length === 0
    ? { name, fate: 'caught', by: noticed_by, why: results[0]?.why ?? '', seconds }
    : { name, fate: 'survived', passed, seconds };
}

/** For whoever ends the hunt before it is over. */
export function abandon(): void {
  for (const child of children) child.kill();
  for (const copy of copies) remove(copy);
}

// the copy -------------------------------------------------------------------------------------------------------

const copies = new Set<string>();
const remove = (copy: string) => {
  fs.rmSync(copy, { recursive: true, force: true });
  copies.delete(copy);
};

async function inCopy<T>(
  changes: readonly Change[],
  act: (copy: string) => Promise<T>,
  name = 'control',
): Promise<T> {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), PREFIX));
  copies.add(copy);
  try {
    copyTree(copy);
    for (const [file, text] of seedAll(copy, changes, name)) fs.writeFileSync(path.join(copy, file), text);
    return await act(copy);
  } finally {
    remove(copy);
  }
}

/** What was installed, made at run time, or is history. */
const NOT_THE_TREE = new Set(['node_modules', '.git', '.runtime', '.svelte-kit', 'build', 'data']);

/** Also what was not committed yet; what was installed or made is linked. */
function copyTree(copy: string) {
  fs.cpSync(root, copy, { recursive: true, filter: (from) => !NOT_THE_TREE.has(path.basename(from)) });
  link('.runtime/types', copy);
  // each by itself: our own packages must be those of the copy
  for (const name of fs.readdirSync(path.join(root, 'node_modules'))) {
    if (name !== '@stellary' && name !== '.vite') link(`node_modules/${name}`, copy);
  }
  for (const name of fs.readdirSync(path.join(root, 'node_modules/@stellary')))
    link(`packages/${name}`, copy, `node_modules/@stellary/${name}`, copy);
}

function link(from: string, copy: string, to = from, tree = root) {
  if (!fs.existsSync(path.join(tree, from))) return;
  fs.mkdirSync(path.dirname(path.join(copy, to)), { recursive: true });
  const kind = fs.statSync(path.join(tree, from)).isDirectory() ? 'junction' : 'file';
  fs.symlinkSync(path.join(tree, from), path.join(copy, to), kind);
}

/** The files with the mistake in them. */
function seedAll(tree: string, changes: readonly Change[], name: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, from, to } of changes) {
    const text = texts.get(file) ?? fs.readFileSync(path.join(tree, file), 'utf8');
    if (from === to) throw new HuntBroken(`${name}: changes nothing in ${file}`);
    if (text.split(from).length !== 2)
      throw new HuntBroken(
        `${name}: ${file} has this ${text.split(from).length - 1} times, not once:\n${from}`,
      );
    texts.set(
      file,
      text.replace(from, () => to),
    );
  }
  return texts;
}

// the tests ------------------------------------------------------------------------------------------------------

type Result = Named & { status: string; why: string };
type Report = {
  testResults: {
    name: string;
    assertionResults: { title: string; status: string; failureMessages?: string[] }[];
  }[];
};

/** What became of each test that is named. */
async function runTests(copy: string, named: readonly Named[], limit_ms: number): Promise<Result[]> {
  const report = path.join(copy, 'results.json');
  const files = [...new Set(named.map(({ file }) => file))];
  const titles = [...new Set(named.map(({ test }) => test))];
  const args = [
    path.join(copy, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...(named.every(isPure) ? ['--config', PURE_CONFIG] : []),
    '--reporter=json',
    `--outputFile=${report}`,
    `--testTimeout=${TEST_TIMEOUT_MS}`,
    '--testNamePattern',
    `(${titles.map((title) => title.replace(/[^\p{L}\p{N} ]/gu, '.')).join('|')})$`,
    ...files,
  ];
  const said = await run(process.execPath, args, copy, limit_ms);
  if (!fs.existsSync(report)) throw new HuntBroken(`the tests did not run:\n${said.slice(-4_000)}`);
  const { testResults } = JSON.parse(fs.readFileSync(report, 'utf8')) as Report;
  return named.map((one) => {
    const found = testResults
      .filter(({ name }) => name.replaceAll('\\', '/').endsWith(`/${one.file}`))
      .flatMap(({ assertionResults }) => assertionResults)
      .find(({ title }) => title === one.test);
    return {
      ...one,
      status: found?.status ?? `there is no such test in ${one.file}`,
      why: found?.failureMessages?.[0]?.split('\n')[0] ?? '',
    };
  });
}

const children = new Set<ReturnType<typeof spawn>>();

async function run(command: string, args: string[], cwd: string, limit_ms: number): Promise<string> {
  const env = { ...process.env };
  // what a test run around this one says of itself
  for (const name of Object.keys(env))
    if (/^(VITEST|TEST$|FAULTS$|DATABASE_URL$)/.test(name)) delete env[name];
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
  const limit = setTimeout(() => child.kill('SIGTERM'), limit_ms);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  clearTimeout(limit);
  children.delete(child);
  return said;
}

/** As many at a time as there may be cores; the first trouble ends it. */
async function inLanes<T>(
  items: readonly T[],
  act: (item: T, place: number) => Promise<void>,
): Promise<void> {
  const queue = [...items.entries()];
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      try {
        await act(next[1], next[0]);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
