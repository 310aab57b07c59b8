import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { showcaseArchive } from '../../server/views/showcase-archive.ts';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually, gate } from '../eventually.ts';
import { giveRole, comeBack } from '../finance.ts';
import { expectProblem, expectRefusal, faceless, refusalOf } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
let mira: Visitor;
let fan: Visitor;
let stranger: Visitor;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(asPrompted) });
  [mira, fan] = await Promise.all([world.creator('mira-solberg'), world.member('fay')]);
  stranger = world.visitor();
}, 60_000);
afterAll(() => world.end());

async function shown(title: string, wish: { listed?: boolean; show_prompt?: boolean } = {}, slug = 'drift') {
  const { id } = await start(fan, { release_id: await releaseOf(fan, slug), input: SMALL });
  const asset = (await ended(fan, id)).assets[0]?.id ?? '';
  await fan.api.marketplace.showCreation({ id: asset, title, ...wish });
  return asset;
}
const creation = (id: string) => ({ kind: 'creation' as const, id });
type Wish = Parameters<Visitor['api']['showcase']['saveShowcase']>[0];
const save = (wish: Partial<Wish>, who: Visitor = mira) =>
  who.api.showcase.saveShowcase({
    ...{ slug: 'drift', title: 'Slow water', words: '', pieces: [], published: false, version: 0 },
    ...wish,
  });
const see = (who: Visitor = stranger) => who.api.showcase.getShowcase({ slug: 'drift' });
const page = (address: string, init?: RequestInit) => fetch(world.url + address, init);

/** By the directory at its end. */
function namesIn(zip: Buffer): string[] {
  const line = Buffer.from([0x50, 0x4b, 1, 2]);
  const names = [];
  for (let at = zip.indexOf(line); at >= 0; at = zip.indexOf(line, at + 46))
    names.push(zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)));
  return names;
}

describe('a showcase', () => {
  let silk: string;
  let version = 0;

  test('is put together from samples and from what people show, and nobody sees it before', async () => {
    silk = await shown('Silk at dawn');
    await expectRefusal(see(), 'NOT_FOUND');
    const choices = await mira.api.showcase.listPieces({ slug: 'drift' });
    expect(choices.items.map(({ title }) => title)).toEqual(['Silk at dawn']);
    const [sample] = choices.samples;
    if (!sample) throw new Error('the house has samples');
    await expectRefusal(save({ published: true }), 'SHOWCASE_EMPTY');
    const draft = await save({
      words: 'Two of many.\nMore to come.',
      pieces: [
        { name: creation(silk), words: 'By Fay, first try.' },
        { name: sample.name, words: '' },
      ],
    });
    expect(draft).toMatchObject({ version: 1, published_at: null, can: { edit: { allowed: true } } });
    await expectRefusal(see(), 'NOT_FOUND');
    expect((await stranger.api.showcase.listShowcases({})).items).toEqual([]);
    version = (await save({ ...asWish(draft), published: true, version: 1 })).version;
    const found = await see();
    expect(found.pieces.map(({ title, words, maker }) => [title, words, maker.display_name])).toEqual([
      ['Silk at dawn', 'By Fay, first try.', 'fay'],
      [sample.title, '', 'Mira Solberg'],
    ]);
    expect(found.can.edit).toMatchObject({ allowed: false });
    expect((await stranger.api.showcase.listShowcases({})).items).toMatchObject([
      { model: { slug: 'drift' }, pieces: 2, cover: { title: 'Silk at dawn' } },
    ]);
  });

  const asWish = ({ title, words, pieces }: Awaited<ReturnType<typeof see>>) => ({
    ...{ title, words },
    pieces: pieces.map((piece) => ({ name: piece.name, words: piece.words })),
  });

  test('holds only what everybody sees, was made with the model, and is there once', async () => {
    const [by_link, other] = [await shown('By link', { listed: false }), await shown('Other', {}, 'vitrail')];
    const wish = (...ids: string[]) =>
      save({ version, pieces: ids.map((id) => ({ name: creation(id), words: '' })) });
    for (const wrong of [by_link, other, randomUUID()])
      expect(await expectRefusal(wish(silk, wrong), 'PIECE_NOT_SHOWN')).toMatchObject({ places: [1] });
    const sample = { kind: 'sample' as const, release_id: await releaseOf(mira, 'vitrail'), ordinal: 0 };
    await expectRefusal(save({ version, pieces: [{ name: sample, words: '' }] }), 'PIECE_NOT_SHOWN');
    await expectRefusal(wish(silk, silk), 'INVALID_INPUT');
    await expectRefusal(save({ version, title: 'child porn' }), 'WORDS_REFUSED');
    await expectRefusal(save({ version, title: 'two\nlines' }), 'INVALID_INPUT');
    expect((await see()).version).toBe(version);
  });

  test('is its creator’s alone: for others there is none, as of a model that does not exist', async () => {
    const foreign = await expectRefusal(save({}, fan), 'NOT_FOUND');
    const random = await refusalOf(save({ slug: 'no-such-model' }, fan));
    expect(faceless(foreign)).toEqual(faceless(random));
    await expectRefusal(fan.api.showcase.listPieces({ slug: 'drift' }), 'NOT_FOUND');
    await expectRefusal(save({}, stranger), 'NOT_SIGNED_IN');
  });

  test('of eight who change it at once one does, and the others are told', async () => {
    const eight = await Promise.allSettled(
      Array.from({ length: 8 }, (_, place) =>
        save({
          ...{ version, published: true, title: `Number ${place}` },
          pieces: [{ name: creation(silk), words: '' }],
        }),
      ),
    );
    const done = eight.filter(({ status }) => status === 'fulfilled');
    expect(done).toHaveLength(1);
    for (const one of eight)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'SHOWCASE_CHANGED' });
    version += 1;
    expect(await see()).toMatchObject({ version, pieces: [{ title: 'Silk at dawn' }] });
  });

  test('is taken along whole: files as they were made, licence, statements and card', async () => {
    const response = await stranger.fetch('/api/v1/models/drift/showcase/archive');
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toContain('drift-showcase.zip');
    const zip = Buffer.from(await response.arrayBuffer());
    expect(namesIn(zip)).toEqual([
      ...['README.txt', 'LICENCE.txt', 'card.jpg'],
      ...['01-silk-at-dawn.webp', 'provenance/01-silk-at-dawn.jws'],
    ]);
    expect(zip.includes('Outputs may be used freely')).toBe(true);
    const [piece] = (await see()).pieces;
    const original = Buffer.from(await (await fetch(piece?.url ?? '')).arrayBuffer());
    expect(zip.includes(original)).toBe(true);
    expect(zip.includes('golden silk')).toBe(false);
  });

  test('loses what is taken back at once, and is no more when its model is not to be passed on', async () => {
    await fan.api.marketplace.withdrawCreation({ id: silk });
    expect(await see()).toMatchObject({ pieces: [], can: { download: { allowed: false } } });
    expect((await stranger.api.showcase.listShowcases({})).items).toEqual([]);
    await expectProblem(stranger.fetch('/api/v1/models/drift/showcase/archive'), 'NOT_FOUND');
    await fan.api.marketplace.showCreation({ id: silk, title: 'Silk at dawn' });
    expect((await see()).pieces).toHaveLength(1);
    const { showcases } = await stranger.api.marketplace.listAddresses({ of: 'showcases' });
    expect(showcases.map(({ slug }) => slug)).toEqual(['drift']);
    expect(await (await page('/sitemaps/showcases')).text()).toContain('/models/drift/showcase</loc>');
  });

  test('holds nothing of whoever blocked its creator, or whom its creator blocked', async () => {
    const wish = { version, published: true, pieces: [{ name: creation(silk), words: '' }] };
    for (const [one, other] of [
      [fan, mira],
      [mira, fan],
    ] as const) {
      const { handle } = (await other.api.identity.getMe()).account ?? { handle: '' };
      await one.api.marketplace.blockPerson({ handle, kind: 'block' });
      expect((await see()).pieces).toEqual([]);
      expect(await expectRefusal(save(wish), 'PIECE_NOT_SHOWN')).toMatchObject({ places: [0] });
      await one.api.marketplace.unblockPerson({ handle, kind: 'block' });
    }
    expect((await see()).pieces).toHaveLength(1);
  });
});

describe('a card', () => {
  const card = (address: string) => page(`/cards/${address}.jpg`);

  test('is drawn for what everybody sees, once, and told to whoever passes the page on', async () => {
    const id = await shown('Silk for the card');
    for (const address of [
      ...['models/drift', `assets/${id}`, 'creators/mira-solberg', 'models/chamber', 'pages/home'],
    ]) {
      const answer = await card(address);
      expect(answer.status, address).toBe(200);
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      const drawn = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
      expect(drawn).toMatchObject({ format: 'jpeg', width: 1200, height: 630 });
    }
    const folder = path.join(world.context.config.data_dir, 'cards');
    const before = (await readdir(folder)).length;
    const same = await Promise.all([card('models/drift'), card('models/drift'), card('models/drift')]);
    expect(same.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await readdir(folder)).length).toBe(before);
    const etag = same[0]?.headers.get('etag') ?? '';
    const again = await page('/cards/models/drift.jpg', { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    const asset = await page(`/assets/${id}`, { headers: { 'accept-encoding': 'br' } });
    expect(asset.headers.get('content-encoding')).toBe('br');
    const html = await asset.text();
    expect(html).toContain(`<meta property="og:image" content="${world.url}/cards/assets/${id}.jpg?v=`);
    expect(html).toContain('<meta property="og:image:alt" content="Silk for the card by fay"');
    expect(html).toContain('<meta name="twitter:card" content="summary_large_image"');
  });

  test('there is none of what stands in no list, and none of nothing', async () => {
    const id = await shown('By link', { listed: false });
    for (const address of [
      `assets/${id}`,
      `assets/${randomUUID()}`,
      'models/no-such',
      'creators/no-such-person',
      'assets/x',
    ])
      expect((await card(address)).status, address).toBe(404);
    const html = await (await page(`/assets/${id}`)).text();
    expect(html).not.toContain('og:image');
    expect(html).not.toContain('oembed');
    expect(html).toContain('<meta name="robots" content="noindex"');
    await expectRefusal(stranger.api.showcase.getEmbed({ of: 'assets', name: id }), 'NOT_FOUND');
    expect((await page(`/embed/assets/${id}`)).status).toBe(404);
  });

  test('a title in letters of anywhere is drawn', async () => {
    const id = await shown('春の海 🌊');
    expect((await card(`assets/${id}`)).status).toBe(200);
  });
});

describe('where there is no room', () => {
  const card = (name: string) => stranger.api.showcase.getCard({ of: 'models', name, width: '600' });
  afterEach(() => vi.restoreAllMocks());

  test('a fifth card that is not drawn yet is asked for later, and one that cannot be drawn says so', async () => {
    const { items } = await stranger.api.registry.listModels({});
    const [one, ...others] = items.map(({ slug }) => slug);
    const drawn = gate();
    const { desk } = world.context;
    const works = desk.do.bind(desk);
    let begun = 0;
    const pen = vi.spyOn(desk, 'do').mockImplementation(async (...order) => {
      if (order[0] !== 'card') return works(...order);
      begun += 1;
      await drawn.opened;
      return { ok: false, code: 'engine_crashed', message: 'The pen broke.', retryable: false };
    });
    const waiting = others.slice(0, 4).map(card);
    await eventually('all four are drawn', () => begun === 4);
    await expectRefusal(card(one ?? ''), 'CARDS_FULL');
    drawn.open();
    for (const answer of await Promise.allSettled(waiting))
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'CARD_FAILED' } });
    pen.mockRestore();
    expect((await card(one ?? '')).type).toBe('image/jpeg');
  });

  test('somebody reads three archives at once, and no fourth', async () => {
    const archive = () =>
      showcaseArchive(world.context, 'drift', { who: 'one network', card: async () => null });
    const open = await Promise.all([archive(), archive(), archive()]);
    await expect(archive()).rejects.toMatchObject({ code: 'ARCHIVES_FULL' });
    await Promise.all(open.map(({ body }) => body.cancel()));
    await (await archive()).body.cancel();
  });
});

describe('on other sites', () => {
  const ask = (address: string, more = '') =>
    page(`/oembed?url=${encodeURIComponent(world.url + address)}${more}`);

  test('a page says how it is framed, and the frame fits what was asked for', async () => {
    const html = await (await page('/models/drift')).text();
    const [, found = ''] = /application\/json\+oembed" href="([^"]+)"/.exec(html) ?? [];
    const answer = await fetch(found.replaceAll('&amp;', '&'));
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const told = (await answer.json()) as Record<string, unknown>;
    expect(told).toMatchObject({ version: '1.0', type: 'rich', title: 'Drift', author_name: 'Mira Solberg' });
    expect(told['html']).toContain(`<iframe src="${world.url}/embed/models/drift"`);
    expect((await fetch(String(told['thumbnail_url']))).status).toBe(200);
    const small = (await (await ask('/models/drift', '&maxwidth=300&maxheight=150')).json()) as typeof told;
    expect(small).toMatchObject({ width: 300, height: 150 });
    expect(small).not.toHaveProperty('thumbnail_url');
  });

  test('only our own addresses have an answer, and only as JSON', async () => {
    expect((await ask('/models/drift', '&format=xml')).status).toBe(501);
    expect((await ask('/settings')).status).toBe(404);
    expect((await page('/oembed?url=https://evil.test/models/drift')).status).toBe(404);
    expect((await page('/oembed')).status).toBe(404);
  });

  test('the frame may be framed by anybody, runs nothing and sets no cookie; every other page may not', async () => {
    const id = await shown('Silk in a frame');
    for (const address of [`/embed/assets/${id}`, '/embed/models/drift', '/embed/models/chamber']) {
      const frame = await fan.fetch(address);
      const html = await frame.text();
      const policy = frame.headers.get('content-security-policy') ?? '';
      expect(frame.status, address).toBe(200);
      expect(policy).toContain('frame-ancestors *');
      expect(policy).toContain("script-src 'none'");
      expect(frame.headers.getSetCookie()).toEqual([]);
      expect(html).not.toContain('<script');
      expect(html).not.toContain('fay@');
    }
    for (const address of ['/', '/models/drift', `/assets/${id}`, '/sign-in']) {
      const policy = (await page(address)).headers.get('content-security-policy') ?? '';
      expect(policy, address).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('frame-src');
    }
    const counted = await (await page('/embed/models/drift?ref=abcdefgh23')).text();
    expect(counted).toContain(`href="${world.url}/r/abcdefgh23"`);
    const odd = await (await page('/embed/models/drift?ref=%22%3E%3Cscript%3E')).text();
    expect(odd).toContain(`href="${world.url}/create?model=drift"`);
  });

  test('feeds and the map of the site name what is new', async () => {
    expect(await (await page('/creations.atom')).text()).toContain('<title>Silk in a frame</title>');
    expect(await (await page('/showcases.atom')).text()).toContain('/models/drift/showcase</id>');
    expect(await (await page('/sitemap.xml')).text()).toContain('/sitemaps/showcases</loc>');
    expect(await (await page('/sitemaps/showcases')).text()).toContain('/models/drift/showcase</loc>');
  });
});

test('of a creator who may not be promoted nothing is passed on', async () => {
  const admin = await world.member('ed');
  await giveRole(world, admin, 'admin');
  await comeBack(admin);
  const stand = (act: 'look_into' | 'suspend', version: number) =>
    admin.api.program.updateMembership({
      ...{ handle: 'mira-solberg', act, reason: 'A claim is looked into.', version },
    });
  const { version } = await stand('look_into', 0);
  expect((await page('/cards/models/drift.jpg')).status).toBe(404);
  expect((await page('/cards/creators/mira-solberg.jpg')).status).toBe(404);
  expect((await page('/embed/models/drift')).status).toBe(404);
  await expectRefusal(see(), 'NOT_FOUND');
  expect((await stranger.api.showcase.listShowcases({})).items).toEqual([]);
  await stand('suspend', version);
  await expectRefusal(save({ version: 9 }), 'STANDING_REFUSED');
});

test('a showcase of a model that nothing of is in use any more stands in no list', async () => {
  const rosace = await world.creator('atelier-rosace');
  const [sample] = (await rosace.api.showcase.listPieces({ slug: 'vitrail' })).samples;
  if (!sample) throw new Error('the house has samples');
  await save({ slug: 'vitrail', published: true, pieces: [{ name: sample.name, words: '' }] }, rosace);
  const listed = async () => [
    (await stranger.api.showcase.listShowcases({})).items.map(({ model }) => model.slug),
    (await stranger.api.marketplace.listAddresses({ of: 'showcases' })).showcases.map(({ slug }) => slug),
  ];
  expect(await listed()).toEqual([['vitrail'], ['vitrail']]);
  await world.context.db
    .updateTable('registry.release')
    .set({ withdrawn_at: new Date(), withdrawal_reason: 'Not good enough.' })
    .where('id', '=', await releaseOf(rosace, 'vitrail'))
    .execute();
  expect(await listed()).toEqual([[], []]);
});
