import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectEverythingHolds, releaseOf, start, total, walletOf } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { startWorld, type World } from '../world.ts';

const sha256 = (bytes: Uint8Array | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.end());

/** The smallest of each kind, with the price by the rate card: 4 a megapixel but at least 1; 4 a second; 0.25 a second but at least 2. */
const pieces = [
  {
    slug: 'drift',
    modality: 'image',
    mime: 'image/webp',
    price: 1_000_000n,
    input: { prompt: 'golden silk in soft morning light', width: 256, height: 256 },
    shape: { width: 256, height: 256, duration_ms: null },
  },
  {
    slug: 'drift-motion',
    modality: 'video',
    mime: 'video/mp4',
    price: 8_000_000n,
    input: { prompt: 'slow aurora silk', width: 256, height: 256, duration_s: 2 },
    shape: { width: 256, height: 256 },
  },
  {
    slug: 'chamber',
    modality: 'music',
    mime: 'audio/flac',
    price: 2_000_000n,
    input: { prompt: 'hopeful piano at dawn', duration_s: 8 },
    shape: { width: null, height: null },
  },
] as const;

test('every modality has a house model, and a visitor finds them', async () => {
  const { items } = await world.visitor().api.registry.listModels({});
  expect(items.map(({ slug, modality }) => [slug, modality])).toEqual(
    expect.arrayContaining(pieces.map(({ slug, modality }) => [slug, modality])),
  );
});

describe.each(pieces)('a newcomer makes $modality with $slug', (piece) => {
  test(
    'from the quote to the receipt, and the creator watches the money arrive',
    { timeout: 180_000 },
    async () => {
      const newcomer = await world.member('nora');
      const { price } = piece;
      const welcome = await walletOf(newcomer);
      expect(welcome).toMatchObject({
        promo: { available_micros: '100000000', held_micros: '0' },
        paid: { available_micros: '0', held_micros: '0' },
        grants: [{ reason: 'Welcome credits', granted_micros: '100000000' }],
      });

      const model = await newcomer.api.registry.getModel({ slug: piece.slug });
      const creator = await world.creator(model.creator.handle);
      const earnings = await tickerOf(creator);
      const release_id = await releaseOf(newcomer, piece.slug);

      const quote = await newcomer.api.generation.createQuote({ release_id, input: piece.input });
      expect(quote).toMatchObject({
        price_micros: price.toString(),
        funding: { promo_micros: price.toString(), paid_micros: '0' },
        related: false,
        affordable: { allowed: true, why: null },
      });
      expect(quote.recipients.map(({ role, person }) => [role, person?.handle ?? null])).toEqual([
        ['creator', model.creator.handle],
        ['platform', null],
      ]);
      expect(total(quote.recipients)).toBe(price);

      // the one runner is kept busy by somebody else, so that nothing is missed of what is watched
      const before = await start(await world.member('olga'), { release_id: await releaseOf(newcomer) });
      const begun = await start(newcomer, { release_id, input: piece.input, quote: quote.quote });
      expect(['queued', 'leased', 'running']).toContain(begun.state);
      expect(begun).toMatchObject({ price_micros: price.toString(), charged_micros: null });
      expect(await walletOf(newcomer)).toMatchObject({ held_micros: price.toString() });
      expect(begun.id).not.toBe(before.id);

      const seen = await watchToTheEnd(newcomer, begun.id);
      expect(seen.types).toContain('state');
      expect(seen.types).toContain('progress');
      expect(seen.previews.length).toBeGreaterThan(0);
      for (const preview of seen.previews) {
        expect(preview.mime).toBe('image/webp');
        expect(Buffer.from(preview.base64, 'base64').subarray(8, 12).toString()).toBe('WEBP');
      }
      // on a busy machine the runner may be free again before the watching begins
      expect(['queued', 'leased', 'running']).toContain(seen.states.at(0));
      expect(seen.states.at(-1)).toBe('succeeded');

      const done = await newcomer.api.generation.getGeneration({ id: begun.id });
      expect(done).toMatchObject({ state: 'succeeded', charged_micros: price.toString(), attempts: 1 });
      expect(done.assets).toHaveLength(1);
      const [asset] = done.assets;
      if (!asset) throw new Error('no asset');
      expect(asset).toMatchObject({
        modality: piece.modality,
        mime: piece.mime,
        charged_micros: price.toString(),
        ...piece.shape,
      });
      await expectDownload(asset, piece.mime);
      expect(await newcomer.api.generation.getAsset({ id: asset.id })).toMatchObject({
        digest: asset.digest,
      });
      expect((await newcomer.api.generation.listAssets({})).items.map(({ id }) => id)).toEqual([asset.id]);

      expect(await walletOf(newcomer)).toMatchObject({
        available_micros: (100_000_000n - price).toString(),
        held_micros: '0',
      });
      const { items: entries } = await newcomer.api.wallet.listWalletEntries({});
      expect(
        entries.map(({ kind, amount_micros, held_micros, generation_id }) => [
          kind,
          amount_micros,
          held_micros,
          generation_id,
        ]),
      ).toEqual([
        ['charge', (-price).toString(), price.toString(), begun.id],
        ['grant', '100000000', null, null],
      ]);
      expect((await newcomer.api.wallet.listWalletEntries({ kind: 'hold' })).items).toMatchObject([
        { amount_micros: (-price).toString(), generation_id: begun.id },
      ]);

      const receipt = await newcomer.api.earnings.getReceipt({ id: begun.id });
      expect(receipt).toMatchObject({
        charged_micros: price.toString(),
        quoted_micros: price.toString(),
        released_micros: '0',
        related: false,
        payer: { display_name: 'nora' },
        assets: [{ digest: asset.digest, mime: piece.mime }],
      });
      expect(receipt.parts.map(({ role, amount_micros }) => ({ role, amount_micros }))).toEqual(
        quote.recipients.map(({ role, amount_micros }) => ({ role, amount_micros })),
      );
      expect(total(receipt.parts)).toBe(price);
      for (const part of receipt.parts) {
        expect(BigInt(part.pending_micros) + BigInt(part.vesting_micros)).toBe(BigInt(part.amount_micros));
      }
      expect(receipt.digest).toBe(sha256(receipt.canonical));
      const ofCreator = receipt.parts.find(({ role }) => role === 'creator');

      const ticked = await earnings.lineOf(begun.id);
      expect(ticked.line).toMatchObject({
        price_micros: price.toString(),
        amount_micros: ofCreator?.amount_micros,
        vesting_micros: ofCreator?.amount_micros,
        pending_micros: '0',
        model: { slug: piece.slug },
      });
      expect(ofCreator?.amount_micros).toBe(((price * 7n) / 10n).toString());
      // the creator sees the receipt too, and not who paid
      expect(await creator.api.earnings.getReceipt({ id: begun.id })).toMatchObject({
        payer: null,
        digest: receipt.digest,
      });
      earnings.leave();
      await expectEverythingHolds(world);
    },
  );
});

async function watchToTheEnd(person: Visitor, id: string) {
  const states: string[] = [];
  const types: string[] = [];
  const previews: { mime: string; base64: string }[] = [];
  for await (const event of await person.api.generation.watchGeneration({ id })) {
    types.push(event.type);
    if (event.type === 'state') states.push(event.generation.state);
    if (event.type === 'preview') previews.push(event);
    if (event.type === 'progress') expect(event.progress.step).toBeLessThanOrEqual(event.progress.total);
  }
  return { states, types, previews };
}

async function expectDownload(
  asset: { url: string; download_url: string; digest: string; bytes: number },
  mime: string,
) {
  expect(new URL(asset.url).origin).toBe(world.context.origins.media);
  expect(new URL(asset.url).origin).not.toBe(world.context.origins.public);
  const response = await fetch(asset.url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(mime);
  expect(response.headers.get('content-security-policy')).toContain('sandbox');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(bytes.byteLength).toBe(asset.bytes);
  expect(sha256(bytes)).toBe(asset.digest);

  const saved = await fetch(asset.download_url);
  expect(saved.headers.get('content-disposition')).toMatch(/^attachment; filename="/);
  expect(sha256(new Uint8Array(await saved.arrayBuffer()))).toBe(asset.digest);

  const part = await fetch(asset.url, { headers: { range: 'bytes=0-9' } });
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
}

/** A creator's open earnings page. */
async function tickerOf(creator: Visitor) {
  const leaving = new AbortController();
  const events = await creator.api.earnings.watchEarnings({}, { signal: leaving.signal });
  return {
    async lineOf(generation_id: string) {
      for await (const event of events) {
        if (event.type === 'accrued' && event.line.generation_id === generation_id) return event;
      }
      throw new Error('the stream ended');
    },
    leave: () => leaving.abort(),
  };
}
