import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { buildTree, type Leaf, manifestDigest, writeManifest } from '@stellary/epochs';
import fc from 'fast-check';
import { toFunctionSelector } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SELECTORS } from './chain.ts';
import { type Against, checkEpoch } from './index.ts';

const distributor = `0x${'ab'.repeat(20)}`;
const place = { chain_id: 31_337n, distributor };
const wallet = (number: number) => `0x${number.toString(16).padStart(40, '0')}`;
const ada: Leaf = { wallet: wallet(0xada), cumulative: 5_000_000_000n };
const ben: Leaf = { wallet: wallet(0xbe), cumulative: 7_000_000_000n };
const cleo: Leaf = { wallet: wallet(0xc1e0), cumulative: 1n };

const utf8 = (text: string) => new TextEncoder().encode(text);
const manifest = (leaves: readonly Leaf[], epoch = 1n) => writeManifest({ place, epoch, leaves });
const text = new TextDecoder().decode(manifest([ada, ben, cleo]));
const [header = '', ...lines] = text.trimEnd().split('\n');
const of = (...rows: string[]) => `${rows.join('\n')}\n`;
/** Leaves as somebody wrote them who keeps to the form of a manifest and to none of its rules. */
const forged = (
  leaves: readonly Leaf[],
  total = leaves.reduce((sum, { cumulative }) => sum + cumulative, 0n),
) =>
  of(
    `{"chain_id":"31337","distributor":"${distributor}","epoch":"1","format":"stellary-epoch/1","leaves":"${leaves.length}","total":"${total}"}`,
    ...leaves.map((leaf) => `{"cumulative":"${leaf.cumulative}","wallet":"${leaf.wallet}"}`),
  );

const failing = async (file: Uint8Array | string, against: Against = {}): Promise<string[]> => {
  const { findings } = await checkEpoch(typeof file === 'string' ? utf8(file) : file, against);
  return findings.filter(({ holds }) => !holds).map(({ name }) => name);
};

test('what one code writes the other finds in order, with the same root, sum and digest', async () => {
  const amount = fc.bigInt({ min: 1n, max: 2n ** 100n });
  const leaf = fc.record({ wallet: fc.integer({ min: 1, max: 2 ** 40 }).map(wallet), cumulative: amount });
  const set = fc.uniqueArray(leaf, { minLength: 1, maxLength: 80, selector: (one) => one.wallet });
  await fc.assert(
    fc.asyncProperty(set, async (leaves) => {
      const bytes = manifest(leaves);
      const { root, total } = await buildTree(place, leaves);
      expect(await checkEpoch(bytes, { root, distributor })).toEqual({
        findings: [
          ...[
            'text',
            'header',
            'lines',
            'addresses',
            'amounts',
            'sorted',
            'once',
            'payable',
            'count',
            'total',
          ],
          ...['root', 'given_root', 'distributor'],
        ].map((name) => ({ name, holds: true, detail: expect.any(String) })),
        not_checked: [],
        said: { ...place, epoch: 1n, total, root, digest: manifestDigest(bytes) },
      });
    }),
    { numRuns: 20 },
  );
  expect((await checkEpoch(utf8(text))).said?.digest).toBe(
    `0x${createHash('sha256').update(text).digest('hex')}`,
  );
});

describe("an attacker's manifests", () => {
  const [, , ada_line = ''] = lines;
  const UINT128 = 2n ** 128n;
  test.each<[string, string[], string]>([
    ['nothing', ['text', 'header', 'count', 'total', 'root'], ''],
    ['something else', ['text', 'header', 'count', 'total', 'root'], 'hello'],
    ['CRLF', ['text', 'header', 'lines', 'count', 'total', 'root'], text.replaceAll('\n', '\r\n')],
    ['a line ended by CRLF', ['text', 'lines', 'total', 'root'], text.replace(/\n$/, '\r\n')],
    ['a byte order mark', ['header', 'count', 'total', 'root'], `\ufeff${text}`],
    ['no end', ['text', 'root'], text.slice(0, -1)],
    ['bytes behind the end', ['text', 'lines', 'count', 'root'], `${text}x`],
    ['an empty line behind the end', ['lines', 'count', 'root'], `${text}\n`],
    ['a wallet twice', ['once'], forged([ben, ben, ada])],
    [
      'a wallet twice, once in capitals',
      ['addresses', 'sorted', 'once', 'root'],
      forged([ben, { ...ben, wallet: `0x${ben.wallet.slice(2).toUpperCase()}` }]),
    ],
    ['another order', ['sorted'], forged([ada, ben])],
    ['a sum that is a unit short', ['total'], forged([ben, ada], 11_999_999_999n)],
    ['a number of leaves that is not so', ['count'], text.replace('"leaves":"3"', '"leaves":"2"')],
    [
      'a leaf added',
      ['count', 'total'],
      of(header, ...lines, `{"cumulative":"1","wallet":"${wallet(0xffff)}"}`),
    ],
    ['a leaf left out', ['count', 'total'], of(header, ...lines.slice(1))],
    ['nobody', ['root'], forged([])],
    ['the zero address', ['payable'], forged([{ ...ada, wallet: wallet(0) }, ben])],
    ['the distributor paid by itself', ['payable'], forged([ada, { ...ben, wallet: distributor }])],
    [
      'capitals',
      ['addresses', 'root'],
      forged([ben, { ...ada, wallet: `0x${ada.wallet.slice(2).toUpperCase()}` }]),
    ],
    ['an address that is too short', ['addresses', 'root'], forged([ben, { ...ada, wallet: '0xada' }])],
    ['nothing for somebody', ['amounts', 'root'], forged([{ ...ben, cumulative: 0n }, ada])],
    ['less than nothing', ['amounts', 'total', 'root'], forged([{ ...ben, cumulative: -1n }, ada])],
    [
      'more than the contract can count',
      ['amounts', 'total', 'root'],
      forged([{ ...ben, cumulative: UINT128 }, ada]),
    ],
    ['a sum beyond what it can count', ['total'], forged([{ ...ben, cumulative: UINT128 - 1n }, ada])],
    [
      'a number of a million digits',
      ['amounts', 'total', 'root'],
      text.replace('"5000000000"', `"${'9'.repeat(1_000_000)}"`),
    ],
    ['a zero before a number', ['amounts', 'total', 'root'], text.replace('"5000000000"', '"05000000000"')],
    ['a number in hexadecimal', ['amounts', 'total', 'root'], text.replace('"5000000000"', '"0x12a05f200"')],
    ['a number that is no text', ['lines', 'total', 'root'], text.replace('"5000000000"', '5000000000')],
    ['a space', ['lines', 'total', 'root'], text.replace('{"cumulative":"5', '{"cumulative": "5')],
    [
      'a field twice',
      ['lines', 'total', 'root'],
      text.replace(ada_line, ada_line.replace('}', `,"wallet":"${cleo.wallet}"}`)),
    ],
    [
      'a field more',
      ['lines', 'total', 'root'],
      text.replace(ada_line, ada_line.replace('}', ',"to":"me"}')),
    ],
    ['another format', ['header', 'count', 'total', 'root'], text.replace('epoch/1', 'epoch/2')],
    ['the zero address as distributor', ['header', 'root'], text.replace(distributor, wallet(0))],
    ['no chain', ['header', 'root'], text.replace('"31337"', '"0"')],
    ['epoch 0', ['header', 'root'], text.replace('"epoch":"1"', '"epoch":"0"')],
    ['a hundred thousand brackets', ['lines', 'total', 'root'], text.replace(ada_line, '['.repeat(100_000))],
  ])('%s', async (_name, names, file) => {
    expect(await failing(file)).toEqual(names);
  });

  test('what they write says nothing for itself: no line of theirs is printed as one of ours', async () => {
    const liar = JSON.stringify(`${'\u001b'}[2K\nholds  root: all is well`).slice(1, -1);
    const told = text.replace(ada.wallet, liar).replace('"total":"', `"total":"${liar}`);
    const { findings } = await checkEpoch(utf8(told));
    expect(findings.filter(({ holds }) => !holds).map(({ name }) => name)).toContain('addresses');
    for (const { detail } of findings) expect(detail).toMatch(/^[ -~…]*$/);
  });

  test('bytes that are no UTF-8', async () => {
    expect(await failing(Uint8Array.from([...utf8(text), 0xff, 0x0a]))).toContain('text');
  });

  test('whatever byte of it is exchanged, the root, or a rule, says so', async () => {
    const { root } = await buildTree(place, [ada, ben, cleo]);
    const change = fc.tuple(fc.nat({ max: text.length - 1 }), fc.integer({ min: 32, max: 126 }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, code]) => {
        const byte = String.fromCharCode(code);
        const changed = text.slice(0, at) + byte + text.slice(at + 1);
        // the number of an epoch is bound by the digest alone, as the chain has it
        fc.pre(changed !== text && at !== text.indexOf('"epoch":"') + 9);
        expect(await failing(changed, { root })).not.toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test.each<[string, string[], Leaf[], bigint]>([
    ['the same again, and one more', [], [ada, ben, cleo, { wallet: wallet(9), cumulative: 4n }], 2n],
    ['a leaf of before is missing', ['kept'], [ada, cleo], 2n],
    ['a leaf shrank by a unit', ['not_shrunk'], [ada, { ...ben, cumulative: ben.cumulative - 1n }, cleo], 2n],
    [
      'what one lost another got',
      ['not_shrunk'],
      [{ ...ada, cumulative: 4_999_999_999n }, { ...ben, cumulative: 7_000_000_001n }, cleo],
      2n,
    ],
    ['an epoch left out', ['next_epoch'], [ada, ben, cleo], 3n],
    ['the epoch of before once more', ['next_epoch'], [ada, ben, cleo], 1n],
  ])('after an epoch: %s', async (_name, names, leaves, epoch) => {
    expect(await failing(manifest(leaves, epoch), { previous: utf8(text) })).toEqual(names);
  });

  test('after an epoch: of another place, or one that was no manifest', async () => {
    const next = manifest([ada, ben, cleo], 2n);
    const elsewhere = writeManifest({ place: { ...place, chain_id: 1n }, epoch: 1n, leaves: [ada] });
    expect(await failing(next, { previous: elsewhere })).toEqual(['same_place']);
    expect(await failing(next, { previous: utf8(forged([ada, ben])) })).toEqual(['previous']);
    expect(await failing(next, { previous: utf8('hello') })).toEqual(['previous']);
    expect(await failing(next, { distributor: wallet(1) })).toEqual(['distributor']);
    expect(await failing(next, { distributor: distributor.toUpperCase().replace('X', 'x') })).toEqual([]);
    expect(await failing(next, { root: `0x${'0'.repeat(64)}` })).toEqual(['given_root']);
  });
});

test('the functions of the contract are called by their names', () => {
  for (const [name, selector] of Object.entries(SELECTORS))
    expect(toFunctionSelector(`function ${name}`)).toBe(selector);
});

describe('the command', () => {
  let folder: string;
  let node: http.Server;
  /** What the node answers to everything. */
  let answer = '';

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'epoch-check-'));
    await fs.writeFile(at('first.ndjson'), text);
    await fs.writeFile(at('second.ndjson'), manifest([ada, ben, { ...cleo, cumulative: 2n }], 2n));
    node = http.createServer((_, response) => response.end(answer));
    await new Promise<void>((listening) => node.listen(0, '127.0.0.1', listening));
  });
  afterAll(async () => {
    node.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const at = (name: string) => path.join(folder, name);
  const type = (...words: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((said) =>
      execFile(process.execPath, [path.join(import.meta.dirname, 'cli.ts'), ...words], (error, out, err) =>
        said({ code: error ? Number(error.code ?? -1) : 0, out, err }),
      ),
    );

  test('says what holds, what fails, and what it did not look at', async () => {
    const { root } = await buildTree(place, [ada, ben, cleo]);
    const good = await type(at('first.ndjson'), '--root', root);
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(good.out).toMatch(/^epoch 1 of 0xabab.* on chain 31337$/m);
    expect(good.out).toContain(`holds  root: ${root}`);
    expect(good.out).toContain('all 12 checks hold');

    const partly = await type(at('second.ndjson'), '--json');
    expect(partly.code).toBe(3);
    expect(JSON.parse(partly.out)).toMatchObject({
      holds: true,
      not_checked: [expect.stringContaining('--rpc'), expect.stringContaining('--previous')],
      said: { epoch: '2', chain_id: '31337', total: '12000000002' },
    });

    const bad = await type(at('first.ndjson'), '--previous', at('second.ndjson'), '--json');
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toMatchObject({ holds: false });
    expect((await type(at('first.ndjson'), '--previous', at('second.ndjson'))).out).toMatch(
      /^FAILS {2}not_shrunk: 0x0+c1e0$/m,
    );
  });

  test('helps, and says when it could not check', async () => {
    expect(await type('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--previous') });
    for (const [words, sentence] of [
      [[], 'usage'],
      [['--loud', at('first.ndjson')], 'usage'],
      [[at('first.ndjson'), at('second.ndjson')], 'usage'],
      [[at('first.ndjson'), '--rpc', 'http://127.0.0.1:1'], 'usage'],
      [[at('third.ndjson')], 'ENOENT'],
    ] as const)
      expect(await type(...words)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining(sentence),
      });
  });

  test('a node that gives no sense says nothing about the epoch', async () => {
    const { port } = node.address() as AddressInfo;
    const ask = () => checkEpoch(utf8(text), { rpc: `http://127.0.0.1:${port}`, distributor });
    for (const nonsense of [
      '',
      'hello',
      'null',
      '{}',
      '{"result":null}',
      '{"result":7}',
      '{"result":"0x"}',
      '{"error":{"message":"busy"}}',
    ]) {
      answer = nonsense;
      await expect(ask()).rejects.toThrow(/^the node /);
    }
    answer = '{"result":"0x1"}';
    expect((await ask()).findings.at(-1)).toEqual({
      name: 'chain_id',
      holds: false,
      detail: 'the node is of chain 1',
    });
    // it is of the chain, and has one word for everything
    answer = '{"result":"0x7a69"}';
    await expect(ask()).rejects.toThrow(/no words/);
    const silent = await type(
      at('first.ndjson'),
      '--rpc',
      'http://127.0.0.1:1',
      '--distributor',
      distributor,
    );
    expect(silent).toMatchObject({ code: 2, err: expect.stringContaining('no answer') });
  });
});
