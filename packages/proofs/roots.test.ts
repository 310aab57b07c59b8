import { CompactSign, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex, utf8 } from './bytes.ts';
import { canonical } from './canonical.ts';
import { signed as sign, type SigningKey } from './example.ts';
import {
  type BlockHeader,
  type DayHeader,
  type Header,
  headerHash,
  type LiabilitiesHeader,
  NO_PREVIOUS,
  ROOT_TYPE,
  verifyChain,
  verifyHeader,
} from './roots.ts';

let house: SigningKey;
let stranger: SigningKey;
let jwks: JSONWebKeySet;

beforeAll(async () => {
  const [ours, theirs] = await Promise.all([generateKeyPair('Ed25519'), generateKeyPair('Ed25519')]);
  house = { kid: 'house-1', key: ours.privateKey };
  stranger = { kid: 'house-1', key: theirs.privateKey };
  jwks = { keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'house-1', alg: 'EdDSA', use: 'sig' }] };
});

const ROOT = 'a'.repeat(64);
const block = (change: Partial<BlockHeader> = {}): BlockHeader => ({
  kind: 'receipts-block',
  number: 1,
  first: 0,
  size: 3,
  root: ROOT,
  previous: NO_PREVIOUS,
  closed_at: '2026-11-22T10:00:00.000Z',
  ...change,
});
const day = (change: Partial<DayHeader> = {}): DayHeader => ({
  kind: 'receipts-day',
  day: '2026-11-22',
  first_block: 1,
  blocks: 4,
  root: ROOT,
  previous: NO_PREVIOUS,
  closed_at: '2026-11-23T00:00:01.000Z',
  ...change,
});
const liabilities = (change: Partial<LiabilitiesHeader> = {}): LiabilitiesHeader => ({
  kind: 'liabilities',
  day: '2026-11-22',
  liability: 'CREDIT',
  size: 2,
  root: ROOT,
  total: '12',
  previous: NO_PREVIOUS,
  closed_at: '2026-11-23T00:00:01.000Z',
  ...change,
});

/** Signs without looking, as somebody would who has the key and means ill. */
const signAnything = (text: string, header: Record<string, unknown> = {}, key = house.key) =>
  new CompactSign(utf8(text))
    .setProtectedHeader({ alg: 'EdDSA', kid: 'house-1', typ: ROOT_TYPE, ...header })
    .sign(key);

async function readAs(kind: Header['kind'], jws: string) {
  const found = await verifyHeader(jws, kind, jwks);
  if (!found.holds) throw new Error(found.detail);
  return found.signed;
}

async function troubleWith(jws: string, kind: Header['kind']): Promise<string> {
  const { holds, detail } = await verifyHeader(jws, kind, jwks);
  expect(holds).toBe(false);
  return detail;
}

describe('a signed root', () => {
  test('is read by whoever has the key set', async () => {
    const jws = await sign(block(), house);
    const read = await readAs('receipts-block', jws);
    expect(read).toMatchObject({ header: block(), hash: await headerHash(block()), kid: 'house-1' });
    expect(read.hash).toBe(await sha256Hex(canonical(block())));
    expect(read.thumbprint).toMatch(/^[\w-]{43}$/);
  });

  test('of a day and of what is owed likewise', async () => {
    for (const header of [day(), liabilities()])
      expect(await readAs(header.kind, await sign(header, house))).toMatchObject({ header });
  });

  test('is not believed when somebody else signed it, or it was changed, or calls itself something else', async () => {
    const jws = await sign(block(), house);
    const [head = '', , signature = ''] = jws.split('.');
    const forged = btoa(canonical(block({ size: 4 }))).replaceAll('=', '');
    const text = canonical(block());
    const untrusted: [string, RegExp][] = [
      [await sign(block(), stranger), /signature does not hold/],
      [[head, forged, signature].join('.'), /signature does not hold/],
      ['not.a.jws', /signature does not hold/],
      ['', /signature does not hold/],
      [await signAnything(text, { kid: 'house-2' }), /no key of the set is called "house-2"/],
      [await signAnything(text, { kid: undefined }), /no key of the set is called undefined/],
      [await signAnything(text, { typ: 'JWT' }), /its type is "JWT"/],
      [await signAnything(text.replace('{', '{ ')), /not canonical JSON/],
      [await sign(day(), house), /a receipts-day, not a receipts-block/],
    ];
    for (const [given, sentence] of untrusted) {
      const detail = expect.stringMatching(sentence);
      expect(await verifyHeader(given, 'receipts-block', jwks)).toEqual({
        name: 'header',
        holds: false,
        detail,
      });
    }
  });

  test('by a key that was added, whatever else the set says of it', async () => {
    const jws = await sign(block(), house);
    const [key] = jwks.keys;
    const odd = {
      keys: [
        { kty: 'RSA', kid: 'other' },
        { ...key, kty: 'OKP', alg: 'ES256', use: 'enc' },
      ],
    };
    expect(await verifyHeader(jws, 'receipts-block', odd)).toMatchObject({
      signed: { kid: 'house-1' },
    });
    expect(await verifyHeader(jws, 'receipts-block', { keys: [] })).toMatchObject({
      holds: false,
      detail: expect.stringContaining('no key of the set'),
    });
  });

  const broken: [string, Record<string, unknown>][] = [
    ['number', { number: 0 }],
    ['number', { number: 1.5 }],
    ['first', { first: -1 }],
    ['size', { size: 0 }],
    ['size', { size: undefined }],
    ['root', { root: ROOT.toUpperCase() }],
    ['previous', { previous: '' }],
    ['closed_at', { closed_at: '2026-11-22' }],
    ['closed_at', { closed_at: 1 }],
    ['note', { note: 'x' }],
  ];
  test.each(broken)('out of shape (%s) is not read, whoever signed it', async (name, change) => {
    const jws = await signAnything(canonical({ ...block(), ...change }));
    expect(await troubleWith(jws, 'receipts-block')).toContain(name);
  });

  test('out of shape, of the other kinds', async () => {
    const wrong: Header[] = [
      day({ day: '22.11.2026' }),
      day({ first_block: 0 }),
      day({ blocks: -1 }),
      liabilities({ total: '-1' }),
      liabilities({ liability: '' }),
      liabilities({ size: -1 }),
    ];
    for (const header of wrong)
      expect(await troubleWith(await sign(header, house), header.kind)).toMatch(/is amiss/);
    for (const text of ['{"kind":"x"}', '[]', 'null'])
      expect(await troubleWith(await signAnything(text), 'receipts-day')).toMatch(/is no kind of root/);
  });
});

describe('the chain of roots', () => {
  async function chainOf<H extends Header>(first: H, ...rest: ((previous: string) => H)[]): Promise<H[]> {
    const headers = [first];
    let previous = await headerHash(first);
    for (const next of rest) {
      const header = next(previous);
      headers.push(header);
      previous = await headerHash(header);
    }
    return headers;
  }
  const signAll = (headers: Header[]) => Promise.all(headers.map((header) => sign(header, house)));
  const verdict = async (headers: Header[]) =>
    verifyChain(await signAll(headers), headers[0]?.kind ?? 'receipts-block', jwks);

  const three = () =>
    chainOf(
      block(),
      (previous) => block({ number: 2, first: 3, size: 2, previous }),
      (previous) => block({ number: 3, first: 5, size: 1, previous, closed_at: '2026-11-22T10:00:05.000Z' }),
    );

  test('of blocks, of days and of what is owed holds', async () => {
    const blocks = await three();
    expect(await verdict(blocks)).toMatchObject({ holds: true, last: { header: blocks[2] } });
    const days = await chainOf(
      day(),
      (previous) => day({ day: '2026-11-23', first_block: 5, blocks: 0, previous }),
      (previous) => day({ day: '2026-11-25', first_block: 5, blocks: 2, previous }),
    );
    expect(await verdict(days)).toMatchObject({ holds: true });
    const owed = await chainOf(liabilities(), (previous) => liabilities({ day: '2026-11-23', previous }));
    expect(await verdict(owed)).toMatchObject({ holds: true });
  });

  test('goes on from a header that somebody kept', async () => {
    const signed = await signAll(await three());
    const kept = await readAs('receipts-block', signed[0] ?? '');
    expect(await verifyChain(signed.slice(1), 'receipts-block', jwks, kept)).toMatchObject({ holds: true });
    expect(await verifyChain([], 'receipts-block', jwks, kept)).toMatchObject({ holds: true, last: kept });
    const sum = await sign(liabilities({ previous: kept.hash }), house);
    expect(await verifyChain([sum], 'liabilities', jwks, kept)).toMatchObject({
      holds: false,
      detail: 'a liabilities follows a receipts-block',
    });
    // from the middle on it holds by itself
    expect(await verifyChain(signed.slice(1), 'receipts-block', jwks)).toMatchObject({ holds: true });
    // a rewritten past does not lead to what was kept
    const rewritten = await signAll(
      await chainOf(block({ root: 'b'.repeat(64) }), (previous) => block({ number: 2, first: 3, previous })),
    );
    expect(await verifyChain(rewritten.slice(1), 'receipts-block', jwks, kept)).toMatchObject({
      holds: false,
      position: 0,
      detail: 'it does not name the hash of the one before',
    });
  });

  const breaks: [string, (previous: string) => Header, RegExp][] = [
    ['hash', () => block({ number: 2, first: 3, previous: ROOT }), /does not name the hash/],
    ['number', (previous) => block({ number: 3, first: 3, previous }), /number 3 follows number 1/],
    ['gap', (previous) => block({ number: 2, first: 4, previous }), /does not begin where/],
    [
      'time',
      (previous) => block({ number: 2, first: 3, previous, closed_at: '2026-11-22T09:59:59.999Z' }),
      /closed before/,
    ],
    ['kind', (previous) => day({ previous }), /signed is a receipts-day, not a receipts-block/],
  ];
  test.each(breaks)('breaks: %s of a block', async (_name, next, reason) => {
    const broken = await verdict(await chainOf<Header>(block(), next));
    expect(broken).toMatchObject({ holds: false, position: 1 });
    expect(broken).toHaveProperty('detail', expect.stringMatching(reason));
  });

  test('breaks: a day that comes again, or leaves blocks out, and what is owed of another kind', async () => {
    const amiss: [Header, (previous: string) => Header, string][] = [
      [day(), (previous) => day({ first_block: 5, previous }), '2026-11-22 follows 2026-11-22'],
      [
        day(),
        (previous) => day({ day: '2026-11-23', first_block: 6, previous }),
        'it does not begin where the one before ended',
      ],
      [liabilities(), (previous) => liabilities({ previous }), '2026-11-22 follows 2026-11-22'],
      [
        liabilities(),
        (previous) => liabilities({ day: '2026-11-23', liability: 'USD', previous }),
        'USD follows CREDIT',
      ],
    ];
    for (const [first, next, reason] of amiss)
      expect(await verdict(await chainOf(first, next))).toMatchObject({
        holds: false,
        position: 1,
        detail: reason,
      });
  });

  test('breaks: a beginning that is none', async () => {
    const noFirst = 'it names no header before it and is not the first';
    const starts: [Header, string][] = [
      [block({ number: 2 }), noFirst],
      [block({ first: 1 }), noFirst],
      [day({ first_block: 2 }), noFirst],
      [block({ previous: ROOT }), 'it is the first and names a header before it'],
    ];
    for (const [header, reason] of starts)
      expect(await verdict([header])).toMatchObject({ holds: false, position: 0, detail: reason });
    expect(await verifyChain([], 'receipts-block', jwks)).toMatchObject({
      holds: false,
      position: 0,
      detail: 'there is no header',
    });
    expect(await verifyChain(['x'], 'receipts-block', jwks)).toMatchObject({ holds: false, position: 0 });
  });
});
