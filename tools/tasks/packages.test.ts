import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeManifest } from '@stellary/epochs';
import { exampleBundle as exampleRoundBundle } from '@stellary/judging/example';
import { exampleBundle } from '@stellary/proofs/example';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packPackages } from './packages.ts';
import { inRoot } from './paths.ts';

/** Somebody else's folder, with the tarballs installed as npm would, and the packages that some of them need. */
let folder: string;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'packages-'));
  const tarballs = await packPackages(path.join(folder, 'packed'));
  for (const tarball of tarballs) {
    const name = /stellary-(.+)-\d/.exec(path.basename(tarball))?.[1] ?? '';
    const at = path.join(folder, 'node_modules', '@stellary', name);
    fs.mkdirSync(at, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', at, '--strip-components', '1']);
  }
  for (const name of ['canonicalize', 'jose'])
    fs.cpSync(inRoot('node_modules', name), path.join(folder, 'node_modules', name), { recursive: true });
  // these find what they need themselves from where they lie
  fs.mkdirSync(path.join(folder, 'node_modules/@openzeppelin'));
  for (const name of ['hash-wasm', '@openzeppelin/merkle-tree'])
    fs.symlinkSync(inRoot('node_modules', name), path.join(folder, 'node_modules', name));
}, 180_000);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const write = (name: string, value: unknown): string => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
};

const verify = (...args: string[]) => command('proofs', args);

/** As whoever installed it does, with nothing of ours in the environment. */
function command(name: string, args: string[]) {
  const bin = path.join(folder, 'node_modules/@stellary', name, 'dist/cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    env: {},
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the command that is installed', () => {
  test('says of a good bundle that every check holds, and whether it was told whose keys to trust', async () => {
    const bundle = await exampleBundle();
    const { status, stdout } = verify(write('good.json', bundle));
    expect(stdout).toContain('all 10 checks hold');
    expect(stdout.trim().split('\n').at(-1)).toMatch(
      /^Consistent in itself\. Whose keys signed it was not checked/,
    );
    expect(stdout).not.toContain('FAILS');
    expect(status).toBe(3);

    const known = verify(write('good.json', bundle), '--jwks', write('keys.json', bundle.jwks));
    expect(known.stdout).not.toContain('Whose keys');
    expect(known.status).toBe(0);
  });

  test('says of a tampered bundle what fails', async () => {
    const bundle = await exampleBundle();
    const receipt = bundle.receipt.replace('"charged_micros":"2250002"', '"charged_micros":"2250003"');
    expect(receipt).not.toBe(bundle.receipt);
    const { status, stdout } = verify(write('tampered.json', { ...bundle, receipt }));
    expect(stdout).toMatch(/^FAILS {2}digest/m);
    expect(stdout).toMatch(/^FAILS {2}sums/m);
    expect(stdout).toMatch(/^holds {2}in_block/m);
    expect(stdout).toContain('2 of 10 checks FAIL');
    expect(status).toBe(1);
  });

  test('does not believe a bundle that was signed by somebody else', async () => {
    const [bundle, other] = [await exampleBundle(), await exampleBundle()];
    const { status, stdout } = verify(write('forged.json', bundle), '--jwks', write('keys.json', other.jwks));
    expect(stdout).toMatch(/^FAILS {2}block_signed/m);
    expect(status).toBe(1);
  });

  test('says when there is nothing to check', () => {
    for (const [args, sentence] of [
      [[], 'usage: stellary-verify'],
      [['a.json', 'b.json'], 'usage: stellary-verify'],
      [['--loud', 'a.json'], 'usage: stellary-verify'],
      [['missing.json'], 'ENOENT'],
      [[write('text.json', 'hello')], 'it is no JSON'],
      [[write('other.json', { format: 'zip' })], 'its format is "zip"'],
    ] as const) {
      const { status, stdout, stderr } = verify(...args);
      expect(stderr).toContain(sentence);
      expect(stdout).toBe('');
      expect(status).toBe(2);
    }
  });
});

describe('the command that counts again', () => {
  const recount = (...args: string[]) => command('judging', args);

  test('prints the winners and agrees, or says which part differs', () => {
    const bundle = exampleRoundBundle({ seed: 8, entries: 12, voters: 30, rules: { samples: 5 } });
    const [winner] = (JSON.parse(bundle) as { outcome: { places: { entry: string }[] } }).outcome.places;
    const good = recount(write('round.json', bundle));
    expect(good.stdout).toContain(`1  ${winner?.entry}  50000000000`);
    expect(good.stdout).toMatch(/^agrees {2}strengths: [0-9a-f]{64}$/m);
    expect(good.stdout).toContain('counted again: all of it agrees');
    expect(good.status).toBe(0);

    const changed = recount(write('changed.json', bundle.replace('"place":1', '"place":2')));
    expect(changed.stdout).toMatch(/^DIFFERS {2}digest/m);
    expect(changed.stdout).toMatch(/^DIFFERS {2}places/m);
    expect(changed.stdout).toMatch(/^agrees {2}strengths/m);
    expect(changed.status).toBe(1);
  });

  test('says when there is nothing to count', () => {
    for (const args of [[], ['a.json', 'b.json'], ['missing.json']]) {
      const { status, stdout } = recount(...args);
      expect([status, stdout]).toEqual([2, '']);
    }
    expect(recount(write('hello.json', 'hello'))).toMatchObject({ status: 2 });
  });
});

test('the command that checks an epoch has the root that the other package writes', () => {
  const place = { chain_id: 31_337n, distributor: `0x${'ab'.repeat(20)}` };
  const leaves = [{ wallet: `0x${'01'.repeat(20)}`, cumulative: 5n }];
  const manifest = new TextDecoder().decode(writeManifest({ place, epoch: 1n, leaves }));
  const build = `import { buildTree, readManifest } from '@stellary/epochs'; import fs from 'node:fs';
    const { place, leaves } = readManifest(fs.readFileSync('first.ndjson')); console.log((await buildTree(place, leaves)).root);`;
  const file = write('first.ndjson', manifest);
  const root = execFileSync(process.execPath, ['--input-type=module', '-e', build], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();
  expect(command('epoch-check', [file, '--root', root])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('all 12 checks hold'),
  });
  const changed = write('changed.ndjson', manifest.replaceAll('"5"', '"6"'));
  expect(command('epoch-check', [changed, '--root', root])).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^FAILS {2}given_root/m),
  });
});

test('the packages hold what was made of the sources, and no source and no test', () => {
  const held = fs
    .readdirSync(path.join(folder, 'node_modules/@stellary'), { recursive: true, encoding: 'utf8' })
    .filter((file) => !fs.statSync(path.join(folder, 'node_modules/@stellary', file)).isDirectory());
  expect(held).toContain(path.join('split', 'README.md'));
  expect(held).toContain(path.join('proofs', 'dist', 'index.d.ts'));
  expect(held.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
});
