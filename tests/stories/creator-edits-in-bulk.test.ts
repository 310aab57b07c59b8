import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { present } from '../../server/kit/assert.ts';
import { auditHead } from '../../server/kit/audit.ts';
import { openClient } from '../client.ts';
import { publishedAs } from '../own-models.ts';
import { person, type Person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

const clock = settableClock(new Date());
let world: World;
let maker: Person;
let other: Person;

beforeAll(async () => {
  world = await startWorld({ clock, roles: 'web' });
  [maker, other] = [await person(world, 'maker', 'creator'), await person(world, 'other', 'creator')];
  for (const slug of ['sea', 'sky', 'sand']) await publishedAs(world, maker, slug);
  await publishedAs(world, other, 'theirs');
}, 60_000);
afterAll(() => world.end());

const own = async (by = maker) => (await by.api.registry.listOwnModels({})).items;
const versionOf = async (slug: string, by = maker) =>
  (await by.api.registry.listOwnModels({ slug })).items[0]?.version ?? 0;
const change = async (slug: string, fields: object) => ({ slug, version: await versionOf(slug), ...fields });
const page = (slug: string) => world.visitor().api.registry.getModel({ slug });
const listed = async () =>
  (await world.visitor().api.registry.listModels({ limit: 100 })).items.map(({ slug }) => slug);
const setsOf = async (by = maker) => (await by.api.registry.listEditSets({})).items;

describe('a creator', () => {
  test('sees their own models with what they are now, and nobody else does', async () => {
    const models = await own();
    expect(models.map(({ slug }) => slug).sort()).toEqual(['sand', 'sea', 'sky']);
    expect(models[0]).toMatchObject({
      ...{ state: 'in_use', why: null, tags: [], visibility: 'listed', version: 1, generations: 0 },
      ...{ release: { version: '1.0.0' }, last_edit: null },
    });
    expect(await maker.api.registry.listOwnModels({})).toMatchObject({
      total: 3,
      can: { edit: { allowed: true } },
    });
    expect((await maker.api.registry.listOwnModels({ search: 'SKY', limit: 1 })).items).toMatchObject([
      { slug: 'sky' },
    ]);
    const first = await maker.api.registry.listOwnModels({ limit: 2 });
    const rest = await maker.api.registry.listOwnModels({ limit: 2, cursor: first.next_cursor ?? '' });
    expect([...first.items, ...rest.items].map(({ slug }) => slug)).toEqual(models.map(({ slug }) => slug));
    const newcomer = await person(world, 'newcomer');
    expect(await newcomer.api.registry.listOwnModels({})).toMatchObject({ items: [], total: 0 });
    await expectRefusal(world.visitor().api.registry.listOwnModels({}), 'NOT_SIGNED_IN');
  });

  test('looks at what a set would do before anything is written', async () => {
    const changes = [
      await change('sea', { title: 'The deep sea', tags: ['Sea', 'Blue Hour'] }),
      { slug: 'theirs', version: 1, title: 'Mine' },
      await change('sky', { visibility: 'gone' }),
    ];
    const plan = await maker.api.registry.createEditSet({ changes, dry_run: true });
    expect(plan).toMatchObject({ edit_set_id: null, rows: 3, models: 1 });
    expect(plan.lines).toEqual([
      { slug: 'sea', title: 'The sea', field: 'title', old_value: 'The sea', new_value: 'The deep sea' },
      { slug: 'sea', title: 'The sea', field: 'tags', old_value: [], new_value: ['sea', 'blue-hour'] },
    ]);
    expect(plan.refusals).toMatchObject([
      { row: 2, slug: 'theirs', code: 'NOT_FOUND', field: null },
      { row: 3, slug: 'sky', code: 'INVALID', field: 'visibility' },
    ]);
    const refused = await expectRefusal(maker.api.registry.createEditSet({ changes }), 'EDIT_REFUSED');
    expect(refused).toMatchObject({ refusals: plan.refusals });
    expect(await page('sea')).toMatchObject({ title: 'The sea', tags: [] });
    expect(await page('theirs')).toMatchObject({ title: 'The theirs' });
    expect(await setsOf()).toEqual([]);
    const same = [await change('sea', { title: 'The sea' })];
    await expectRefusal(maker.api.registry.createEditSet({ changes: same }), 'NOTHING_TO_CHANGE');
  });

  test('edits many at once: pages, lists, audit and news follow', async () => {
    const before = await auditHead(world.context.db);
    const done = await maker.api.registry.createEditSet({
      changes: [
        await change('sea', { title: 'The deep sea', tags: ['sea', 'blue hour'] }),
        await change('sky', { visibility: 'unlisted', summary: 'Paints clouds.' }),
      ],
    });
    expect(done).toMatchObject({ models: 2, refusals: [], edit_set_id: expect.any(String) });
    expect(await page('sea')).toMatchObject({ title: 'The deep sea', tags: ['sea', 'blue-hour'] });
    expect(await page('sky')).toMatchObject({ visibility: 'unlisted', summary: 'Paints clouds.' });
    expect((await page('sea')).can.edit).toMatchObject({ allowed: false });
    expect((await maker.api.registry.getModel({ slug: 'sea' })).can.edit).toMatchObject({ allowed: true });
    expect(await listed()).toContain('sea');
    expect(await listed()).not.toContain('sky');
    const creator = await maker.api.marketplace.getCreator({ handle: maker.handle });
    expect(creator.models.map(({ slug }) => slug)).not.toContain('sky');
    expect((await own()).find(({ slug }) => slug === 'sky')).toMatchObject({
      ...{ version: 2, visibility: 'unlisted' },
      last_edit: { edit_set_id: done.edit_set_id, fields: ['summary', 'visibility'] },
    });
    expect((await auditHead(world.context.db))?.n).toBe((before?.n ?? 0) + 1);
    const news = await world.context.db
      .selectFrom('kit.outbox')
      .select('payload')
      .where('topic', '=', 'models.edited')
      .execute();
    expect(news).toMatchObject([{ payload: { edit_set_id: done.edit_set_id, creator_id: maker.id } }]);
  });

  test('finds what was edited, by whom and when, and undoes it by another set', async () => {
    const [set] = await setsOf();
    expect(set).toMatchObject({
      ...{ models: 2, fields: ['summary', 'tags', 'title', 'visibility'], undoes: null, undone_by: null },
      ...{ by: { handle: maker.handle }, can: { undo: { allowed: true } } },
      titles: [{ slug: 'sea' }, { slug: 'sky' }],
    });
    const id = set?.id ?? '';
    expect(await maker.api.registry.listEditSets({ slug: 'sand' })).toMatchObject({ items: [] });
    expect(await maker.api.registry.listEditSets({ slug: 'sky' })).toMatchObject({ items: [{ id }] });
    await expectRefusal(maker.api.registry.listEditSets({ slug: 'theirs' }), 'NOT_FOUND');
    await expectRefusal(other.api.registry.getEditSet({ id }), 'NOT_FOUND');
    await expectRefusal(other.api.registry.createUndo({ id }), 'NOT_FOUND');
    const tried = await maker.api.registry.createUndo({ id, dry_run: true });
    expect(tried).toMatchObject({ edit_set_id: null, models: 2, refusals: [] });
    const undone = await maker.api.registry.createUndo({ id });
    expect(undone.lines).toEqual(tried.lines);
    expect(await page('sea')).toMatchObject({ title: 'The sea', tags: [] });
    expect(await listed()).toContain('sky');
    await expectRefusal(maker.api.registry.createUndo({ id }), 'ALREADY_UNDONE');
    const [undo, first] = await setsOf();
    expect(undo).toMatchObject({ id: undone.edit_set_id, undoes: id });
    expect(first).toMatchObject({ undone_by: undo?.id, can: { undo: { allowed: false } } });
    const { lines } = await maker.api.registry.getEditSet({ id: undo?.id ?? '' });
    expect(lines).toContainEqual(
      expect.objectContaining({
        slug: 'sea',
        field: 'title',
        old_value: 'The deep sea',
        new_value: 'The sea',
      }),
    );
  });

  test('cannot undo what was edited again, even back to the same, and is told which field', async () => {
    const edit = async (title: string) =>
      present(
        (await maker.api.registry.createEditSet({ changes: [await change('sand', { title })] })).edit_set_id,
        'the id of a set',
      );
    const first = await edit('Dunes');
    const second = await edit('Desert');
    await edit('Dunes');
    const refused = await expectRefusal(maker.api.registry.createUndo({ id: first }), 'EDIT_REFUSED');
    expect(refused).toMatchObject({ refusals: [{ slug: 'sand', field: 'title', code: 'EDITED_LATER' }] });
    await expectRefusal(maker.api.registry.createUndo({ id: second }), 'EDIT_REFUSED');
    expect((await setsOf()).map(({ can }) => can.undo.allowed)).toEqual([true, false, false, true, false]);
    expect(await page('sand')).toMatchObject({ title: 'Dunes' });
  });

  test('is told when a row changed meanwhile, and then none of the set is applied', async () => {
    const stale = [await change('sea', { title: 'Old plan' }), await change('sky', { title: 'Old plan' })];
    await maker.api.registry.createEditSet({ changes: [await change('sky', { tags: ['cloud'] })] });
    const refused = await expectRefusal(maker.api.registry.createEditSet({ changes: stale }), 'EDIT_REFUSED');
    expect(refused).toMatchObject({ refusals: [{ row: 2, slug: 'sky', code: 'CHANGED_MEANWHILE' }] });
    expect(await page('sea')).toMatchObject({ title: 'The sea' });
  });

  test('of eight sets on the same versions one holds, and of eight undoes one', async () => {
    const version = await versionOf('sea');
    const [sky, sets] = [await versionOf('sky'), (await setsOf()).length];
    const edits = await Promise.allSettled(
      Array.from({ length: 8 }, (_, at) => {
        const rows = [
          { slug: 'sea', version, title: `Try ${at}` },
          { slug: 'sky', version: sky, title: `Try ${at}` },
        ];
        return maker.api.registry.createEditSet({ changes: at % 2 === 0 ? rows : rows.reverse() });
      }),
    );
    const held = edits.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    expect(held).toHaveLength(1);
    for (const one of edits)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'EDIT_REFUSED' });
    expect(await versionOf('sea')).toBe(version + 1);
    const id = held[0]?.edit_set_id ?? '';
    const undoes = await Promise.allSettled(
      Array.from({ length: 8 }, () => maker.api.registry.createUndo({ id })),
    );
    expect(undoes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of undoes)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'ALREADY_UNDONE' });
    expect(await page('sea')).toMatchObject({ title: 'The sea' });
    expect(await setsOf()).toHaveLength(sets + 2);
  });

  test('takes the models out as a table, and brings it back changed, by an API key', async () => {
    const { secret } = await maker.api.identity.createApiKey({
      ...{ name: 'Texts', scopes: ['read', 'edit'], password: PASSWORD, expires_in_days: 7 },
    });
    const program = openClient(world.url, { api_key: secret }).api.registry;
    await program.createEditSet({ changes: [await change('sand', { title: '=Sand()' })] });
    const file = await program.exportOwnModels({});
    const table = await file.text();
    expect(table.split('\n')[0]).toBe('slug,version,title,summary,description,tags,visibility');
    expect(table).toContain('sand,');
    expect(table).toContain("'=Sand()");
    const send = (text: string, dry_run: 'true' | 'false') =>
      program.createEditImport({ query: { dry_run }, body: new File([text], 'models.csv') });
    await expectRefusal(send(table, 'false'), 'NOTHING_TO_CHANGE');
    const edited = table.replace("'=Sand()", '"Sand, and ""more"""').replaceAll('listed', 'unlisted');
    const plan = await send(edited, 'true');
    expect(plan).toMatchObject({ models: 3, edit_set_id: null, refusals: [] });
    expect(plan.lines.filter(({ field }) => field === 'visibility')).toHaveLength(3);
    expect(await page('sand')).toMatchObject({ title: '=Sand()' });
    await send(edited, 'false');
    expect(await page('sand')).toMatchObject({ title: 'Sand, and "more"', visibility: 'unlisted' });
    await expectRefusal(send(edited, 'false'), 'NOTHING_TO_CHANGE');
    const odd = await expectRefusal(send('slug,version\n', 'true'), 'CSV_REFUSED');
    expect(odd).toMatchObject({ issues: [{ path: 'header' }] });
    // nobody is kept waiting while it is told of each column that there is none of its name
    const many = Array.from({ length: 100_000 }, (_, place) => `c${place}`).join();
    const wide = await expectRefusal(send(`slug,version,${many}\n`, 'true'), 'CSV_REFUSED');
    expect(wide).toMatchObject({ issues: { length: 1 } });
    const reader = await maker.api.identity.createApiKey({
      ...{ name: 'Reads', scopes: ['read'], password: PASSWORD, expires_in_days: 7 },
    });
    const reads = openClient(world.url, { api_key: reader.secret }).api.registry;
    await expectRefusal(
      reads.createEditSet({ changes: [await change('sand', { title: 'x' })] }),
      'SCOPE_MISSING',
    );
  });

  test('who is suspended changes nothing, not even by a dry run', async () => {
    const changes = [{ slug: 'theirs', version: 1, title: 'New' }];
    const { edit_set_id } = await other.api.registry.createEditSet({ changes });
    const moderator = await person(world, 'mo', 'moderator');
    const { handle } = other;
    const standing = async (act: 'look_into' | 'suspend') => {
      const { version } = await other.api.program.getMembership({});
      await moderator.api.program.updateMembership({ handle, act, reason: 'A test.', version });
    };
    await standing('look_into');
    await other.api.registry.createUndo({ id: edit_set_id ?? '', dry_run: true });
    await standing('suspend');
    const again = { changes: [{ slug: 'theirs', version: 2, title: 'Newer' }] };
    await expectRefusal(other.api.registry.createEditSet(again), 'STANDING_REFUSED');
    await expectRefusal(other.api.registry.createEditSet({ ...again, dry_run: true }), 'STANDING_REFUSED');
    await expectRefusal(other.api.registry.createUndo({ id: edit_set_id ?? '' }), 'STANDING_REFUSED');
    const list = await other.api.registry.listOwnModels({});
    expect(list.can.edit).toMatchObject({ allowed: false });
    expect(list.items).toMatchObject([{ state: 'resting', why: 'Its creator is suspended.' }]);
    expect((await setsOf(other))[0]?.can.undo).toMatchObject({ allowed: false });
  });

  test('of a thousand models all change in one set, and what was written is never rewritten', async () => {
    const { db } = world.context;
    const many = await person(world, 'many', 'creator');
    const at = clock.now();
    await db
      .insertInto('registry.model')
      .values(
        Array.from({ length: 1_001 }, (_, n) => ({
          ...{ id: crypto.randomUUID(), slug: `many-${n}`, title: `Many ${n}`, modality: 'image' },
          ...{ summary: 'One of many.', description: 'One.', creator_id: many.id, published_at: at },
        })),
      )
      .execute();
    const changes = Array.from({ length: 1_000 }, (_, n) => ({
      ...{ slug: `many-${n}`, version: 1, tags: ['one', 'of', 'many'], visibility: 'unlisted' },
    }));
    const done = await many.api.registry.createEditSet({ changes });
    expect(done).toMatchObject({ models: 1_000 });
    const id = done.edit_set_id ?? '';
    expect((await many.api.registry.getEditSet({ id })).lines).toHaveLength(2_000);
    expect((await many.api.registry.createUndo({ id })).models).toBe(1_000);
    const more = [...changes, { slug: 'many-1000', version: 1, tags: ['x1'] }];
    await expectRefusal(many.api.registry.createEditSet({ changes: more }), 'INVALID_INPUT');
    const rewrite = db.updateTable('registry.edit').set({ version: 9 }).execute();
    await expect(rewrite).rejects.toThrow(/not allowed|permission denied/);
  });
});
