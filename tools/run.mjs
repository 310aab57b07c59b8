// The one entry behind every npm script. Plain JavaScript without dependencies, for any Node >= 18.
// It installs what the lock file names, finds or fetches Node 24, and runs the task under that.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
const EXIT_CODE_OF_SIGNAL = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 };
const NPM_CI = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];
/** Between making a lock folder and writing the holder's number into it. */
const LOCK_GRACE_MS = 2_000;
/** One Ctrl-C arrives twice: from the terminal, and handed on by npm. */
const SAME_SIGNAL_MS = 1_000;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const runtime = path.join(root, '.runtime');

const children = new Set();

async function main([task = 'start', ...args]) {
  process.chdir(root);
  passSignalsOn();
  const node = await ensureNode();
  await ensureDependencies(node);
  process.exit(await runTask(node, task, args));
}

// --- What must be there ----------------------------------------------------------------------------------------

/** npm runs under `node`, too: it leaves out optional packages that are not made for the Node that runs it. */
async function ensureDependencies(node) {
  const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const modules = path.join(root, 'node_modules');
  await ensure(path.join(modules, '.stellary-stamp'), digest(lock), 'install', async () => {
    if (npmInstalled(JSON.parse(lock), modules)) return;
    say('installing dependencies (npm ci): about half a minute, only when package-lock.json changed');
    await npm(node, NPM_CI, root);
  });
}

/** Somebody, or an image, has run `npm ci` already: npm's own record of the folder says so. */
function npmInstalled(lock, modules) {
  const record = path.join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages ?? {};
  return Object.entries(lock.packages).every(([at, wanted]) => {
    if (at === '') return true;
    const found = installed[at];
    if (!found) return wanted.optional && !isForThisMachine(wanted);
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/** An optional package without `os` and `cpu` is part of a stand-in for machines that have no package of their own. */
function isForThisMachine({ os, cpu, libc = ['glibc'] }) {
  return Boolean(os?.includes(process.platform) && cpu?.includes(process.arch) && libc.includes('glibc'));
}

async function ensureNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) return process.execPath;

  const source = path.join(root, 'tools', 'runtime');
  const folder = path.join(runtime, 'node');
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const node = path.join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');

  const lock = readFileSync(path.join(source, 'package-lock.json'), 'utf8');
  await ensure(path.join(folder, '.stellary-stamp'), digest(lock), 'node', async () => {
    say(
      `this is Node ${process.versions.node}: fetching Node ${NODE_MAJOR_MIN} from the npm registry into .runtime/`,
    );
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(path.join(source, file), path.join(folder, file));
    await npm(process.execPath, [...NPM_CI, '--ignore-scripts'], folder);
    if (spawnSync(node, ['--version']).status !== 0) {
      giveUp(
        `the npm registry has no Node ${NODE_MAJOR_MIN} that runs here (${name}): install Node ${NODE_MAJOR_MIN} or later and try again`,
      );
    }
  });
  return node;
}

/** Does the work unless the stamp says that it is done for this key. Of two commands started at once, the second waits. */
async function ensure(stamp, key, name, work) {
  const done = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === key;
  if (done()) return;
  const release = await lockFolder(name);
  try {
    if (done()) return;
    const begun = Date.now();
    await work();
    writeFileSync(stamp, key);
    if (Date.now() - begun > 1_000) say(`done in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  } finally {
    release();
  }
}

async function lockFolder(name) {
  const folder = path.join(runtime, `${name}.lock`);
  const holder = path.join(folder, 'pid');
  mkdirSync(runtime, { recursive: true });
  for (let told = false; ; await sleep(200)) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned(folder, holder)) {
      rmSync(folder, { recursive: true, force: true });
    } else if (!told) {
      told = true;
      say('another command is setting this up: waiting for it');
    }
  }
  writeFileSync(holder, String(process.pid));
  return () => rmSync(folder, { recursive: true, force: true });
}

function isAbandoned(folder, holder) {
  try {
    if (Date.now() - statSync(folder).mtimeMs < LOCK_GRACE_MS) return false;
    process.kill(Number(readFileSync(holder, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code !== 'EPERM'; // EPERM: it lives, under another account
  }
}

// --- Running ---------------------------------------------------------------------------------------------------

async function npm(node, args, cwd) {
  const viaNpm = (process.env.npm_execpath ?? '').endsWith('npm-cli.js');
  const windows = process.platform === 'win32';
  const [command, first] = viaNpm ? [node, [process.env.npm_execpath]] : [windows ? 'npm.cmd' : 'npm', []];
  const code = await run(command, [...first, ...args], {
    cwd,
    env: npmEnvironment(node),
    stdio: ['ignore', 2, 2],
    shell: windows && !viaNpm,
  });
  if (code !== 0) giveUp(`npm ${args[0]} failed in ${cwd} (exit code ${code})`, code);
}

/** What the npm around us says of its own run would mislead the npm inside. */
function npmEnvironment(node) {
  const env = { ...process.env, PATH: pathWith(path.dirname(node)) };
  for (const name of Object.keys(env)) {
    if (/^npm_(config_(.*_)?prefix|package_.*|lifecycle_.*)$/i.test(name)) delete env[name];
  }
  env.NODE_ENV = ''; // NODE_ENV=production in somebody's shell must not drop the build tools
  return env;
}

function runTask(node, task, args) {
  const env = {
    ...process.env,
    PATH: pathWith(path.dirname(node), path.join(root, 'node_modules', '.bin')),
    // Halves the second start. An environment variable, so that it covers the first file too.
    NODE_COMPILE_CACHE: path.join(runtime, 'compile-cache'),
  };
  stopWhenParentIsGone();
  return run(node, [path.join(root, 'tools', 'tasks.ts'), task, ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
    // Out of the terminal's process group: a Ctrl-C comes to us, and we hand it on once.
    detached: process.platform !== 'win32',
  });
}

function pathWith(...folders) {
  return [...folders, process.env.PATH].join(path.delimiter);
}

function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    children.add(child);
    child.once('error', (error) => giveUp(`cannot run ${command}: ${error.message}`));
    child.once('exit', (code, signal) => {
      children.delete(child);
      resolve(signal ? (EXIT_CODE_OF_SIGNAL[signal] ?? 1) : code);
    });
  });
}

function passSignalsOn() {
  let last = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (Date.now() - last < SAME_SIGNAL_MS) return;
      last = Date.now();
      for (const child of children) child.kill(signal);
      if (children.size === 0) process.exit(EXIT_CODE_OF_SIGNAL[signal]);
    });
  }
}

/** `kill <npm>` ends npm and its shell, and not us. */
function stopWhenParentIsGone() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    for (const child of children) child.kill('SIGTERM');
  }, 500);
  watch.unref();
}

function digest(lock) {
  return createHash('sha256').update([lock, process.platform, process.arch].join('\0')).digest('hex');
}

function say(line) {
  process.stderr.write(`[setup] ${line}\n`);
}

function giveUp(reason, code = 1) {
  say(reason);
  process.exit(code);
}

await main(process.argv.slice(2));
