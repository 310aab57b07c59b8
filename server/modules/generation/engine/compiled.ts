import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of ours, and not only a type, for which nothing is loaded. */
const IMPORTED = /^(?:import|export) (?!type\b)[^;]*?from '(\.{1,2}\/[^']+\.ts)';/gm;

/**
 * A program of ours with all that it imports of ours, as JavaScript in a folder of its own below the project: a
 * process that starts it need not load the compiler, which takes longer than everything else of its start. Answers
 * folder and program, from the root; null where nothing can be written.
 */
export function compiled(root: string, program: string): Compiled | null {
  const hash = createHash('sha256').update(process.version);
  for (const [file, code] of sourcesOf(root, program)) hash.update(`${file}\0${code}\0`);
  const folder = path.join(CHILDREN, hash.digest('hex').slice(0, 24));
  const made = { folder, program: path.join(folder, asJavaScript(program)) };
  if (isKept(root, made)) return made;
  // in another process, whose warning that this way of compiling is new nobody needs to read
  const { status } = spawnSync(process.execPath, ['--no-warnings', SELF, root, program, folder], {
    timeout: 30_000,
  });
  return status === 0 ? made : null;
}

export type Compiled = { folder: string; program: string };

const CHILDREN = path.join('.runtime', 'children');

/** Whether it is still there, which it then is for a while: see `sweep`. */
export function isKept(root: string, { folder }: Compiled): boolean {
  const now = new Date();
  try {
    utimesSync(path.join(root, folder), now, now);
  } catch {
    // it is gone, or it may be read only
  }
  return existsSync(path.join(root, folder));
}

const asJavaScript = (file: string) => file.replace(/\.ts$/, '.mjs');
const asImported = (whole: string, from: string) => whole.replace(from, asJavaScript(from));

const SELF = fileURLToPath(import.meta.url);
/** Written aside and then put in place, so that whoever starts at the same time finds all of it or nothing. */
function compile(root: string, program: string, place: string): void {
  const draft = `${place}.${process.pid}`;
  for (const [file, code] of sourcesOf(root, program)) {
    const at = path.join(draft, asJavaScript(file));
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, stripTypeScriptTypes(code).replaceAll(IMPORTED, asImported));
  }
  try {
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(place)) throw error;
  }
}

const FORGOTTEN_MS = 24 * 3_600_000;

/**
 * Takes away what no process was started from for a day: its build is gone, or whoever has it will make it again.
 * Several products may run from one checkout, each of another build.
 */
function sweep(children: string): void {
  for (const name of readdirSync(children)) {
    const folder = path.join(children, name);
    try {
      if (Date.now() - statSync(folder).mtimeMs > FORGOTTEN_MS) rmSync(folder, { recursive: true });
    } catch {
      continue; // somebody else's, or somebody else was first
    }
  }
}

function sourcesOf(root: string, program: string): Map<string, string> {
  const found = new Map<string, string>();
  const read = (file: string) => {
    if (found.has(file)) return;
    const code = readFileSync(path.join(root, file), 'utf8');
    found.set(file, code);
    for (const [, from = ''] of code.matchAll(IMPORTED)) read(path.join(path.dirname(file), from));
  };
  read(program);
  return found;
}

if (process.argv[1] === SELF) {
  const [root = '', program = '', folder = ''] = process.argv.slice(2);
  compile(root, program, path.join(root, folder));
  sweep(path.join(root, CHILDREN));
}
