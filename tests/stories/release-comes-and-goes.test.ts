import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deprecateRelease, endReleases } from '../../server/flows/deprecate-release.ts';
import { asId, type ReleaseId } from '../../server/ids.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import { nobody } from '../../server/modules/identity/index.ts';
import { comeBack, giveRole, idOf } from '../finance.ts';
import { safetensors } from '../model-files/hostile.ts';
import { expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

type Member = Awaited<ReturnType<World['member']>>;
const clock = settableClock(new Date());
let world: World;
let admin: Member;
let maker: Member;
let other: Member;
let digest: string;
let second: string;
beforeAll(async () => {
  world = await startWorld({ clock, roles: 'web' });
  [admin, maker, other] = [await somebody('ada', 'admin'), await somebody('maker'), await somebody('other')];
  digest = await weights(maker, 1);
  const { account } = await maker.api.identity.getMe({});
  await admin.api.registry.createModel({
    ...{ slug: 'portraits', title: 'Portraits', modality: 'image', creator: account?.handle ?? '' },
    ...{ summary: 'Runs on a fleet.', card: '# Portraits' },
    release: release('1.0.0', { changelog: 'The first.', licence_document }),
  });
}, 60_000);
afterAll(() => world.end());

async function somebody(name: string, role: 'creator' | 'admin' = 'creator'): Promise<Member> {
  const person = await world.member(name);
  await giveRole(world, person, role);
  await comeBack(person);
  return person;
}

async function weights(person: Member, fill: number): Promise<string> {
  const data = new Uint8Array(3_000).fill(fill);
  const header = {
    a: { dtype: 'F16', shape: [1_000], data_offsets: [0, 2_000] },
    b: { dtype: 'F32', shape: [250], data_offsets: [2_000, 3_000] },
  };
  const body = new File([Buffer.from(safetensors(JSON.stringify(header), data))], 'weights');
  return (await person.api.registry.createModelFile({ query: { name: 'weights.safetensors' }, body })).digest;
}

const licence_document = { title: 'Portraits licence', text: 'You may use what it makes.' };
const binding = (pool = 'gpus') => ({ kind: 'pull' as const, pool });
const side = { type: 'integer', minimum: 64, maximum: 96, default: 64 };
const schema = (width: object) => ({
  type: 'object',
  additionalProperties: false,
  required: ['prompt'],
  properties: { prompt: { type: 'string', maxLength: 400 }, width, height: side },
});
const release = (version: string, more: Partial<Parameters<typeof publish>[1]> = {}) => ({
  version,
  binding: binding(),
  files: [{ role: 'lora', digest }],
  input_schema: schema(side),
  price_class: 'image-standard',
  licence: 'Use it freely.',
  ...more,
});
const publish = (
  person: Member,
  wanted: Omit<Parameters<Member['api']['registry']['createRelease']>[0], 'slug'>,
) => person.api.registry.createRelease({ slug: 'portraits', ...wanted });
const page = () => world.visitor().api.registry.getModel({ slug: 'portraits' });
const quote = (release_id: string) =>
  maker.api.generation.createQuote({ release_id, input: { prompt: 'a face' } });

describe('a release', () => {
  test('says what each of its files is, what is new in it, and its licence word for word', async () => {
    const { release: shown, releases } = await page();
    expect(shown).toMatchObject({ changelog: 'The first.', licence_document, deprecation: null });
    expect(shown?.files).toEqual([
      {
        ...{ role: 'lora', name: 'weights.safetensors', digest, bytes: expect.any(Number) },
        ...{ format: 'safetensors', precision: 'float16', tensors: 2, parameters: 1_250, scan: 'passed' },
      },
    ]);
    expect(releases).toMatchObject([{ version: '1.0.0', changelog: 'The first.' }]);
    const edit = world.context.db.updateTable('registry.release').set({ changelog: 'Never was.' }).execute();
    await expect(edit).rejects.toThrow('never edited');
    const house = await world.visitor().api.registry.getModel({ slug: 'drift' });
    expect(house.release?.files[0]).toMatchObject({ scan: 'of_the_house', format: null });
  });

  test('is added by whoever made the model, of their own files, run and priced as before', async () => {
    const made = await publish(maker, release('1.1.0', { changelog: 'Sharper.' }));
    expect(made.release).toMatchObject({ version: '1.1.0', changelog: 'Sharper.' });
    expect(made.can.release).toMatchObject({ allowed: true });
    second = made.release?.id ?? '';
    await expectRefusal(publish(maker, release('1.1.0')), 'VERSION_TAKEN');
    await expectRefusal(publish(other, release('1.2.0')), 'NOT_FOUND');
    await expectRefusal(publish(await world.member('fan'), release('1.2.0')), 'NOT_ALLOWED');
    const foreign = [{ role: 'lora', digest: await weights(other, 2) }];
    await expectRefusal(publish(maker, release('1.2.0', { files: foreign })), 'MODEL_FILE_UNKNOWN');
    await expectRefusal(publish(maker, release('1.2.0', { binding: binding('others') })), 'BINDING_REFUSED');
    await expectRefusal(publish(maker, release('1.2.0', { price_class: 'image-fine' })), 'METERING_REFUSED');
  });

  test('keeps what was reviewed: all of how it is run, and how its price comes from the input', async () => {
    const other_wait = { ...binding(), wall_ms_max: 60_000 };
    const run = await expectRefusal(
      publish(maker, release('1.2.0', { binding: other_wait })),
      'BINDING_REFUSED',
    );
    expect(run).toMatchObject({ issues: [{ path: 'binding.wall_ms_max' }] });
    const metering = { kind: 'pixels' as const, width: 'width', height: 'width' };
    await expectRefusal(publish(maker, release('1.2.0', { metering })), 'METERING_REFUSED');
    const wider = schema({ ...side, maximum: 4_096 });
    const priced = await expectRefusal(
      publish(maker, release('1.2.0', { input_schema: wider })),
      'METERING_REFUSED',
    );
    expect(priced).toMatchObject({ why: 'A release keeps from where to where width goes.' });
  });
});

describe('the end of a release', () => {
  const announce = (person: Member, days: number, id = second) => {
    const ends_at = new Date(clock.now().getTime() + days * DAY_MS).toISOString();
    return person.api.registry.createDeprecation({ id, ends_at, reason: 'A better one is here.' });
  };

  test('is announced a month ahead, once, by its creator, and can be taken back until then', async () => {
    const early = await expectRefusal(announce(maker, 29), 'NOTICE_TOO_SHORT');
    expect(new Date(String(early['earliest'])).getTime()).toBeGreaterThanOrEqual(clock.now().getTime());
    await expectRefusal(announce(other, 40), 'NOT_FOUND');
    await expectRefusal(maker.api.registry.deleteDeprecation({ id: second }), 'NOT_FOUND');
    const said = await announce(maker, 40);
    expect(said.deprecation).toMatchObject({ reason: 'A better one is here.', ended: false });
    await expectRefusal(announce(maker, 50), 'RELEASE_DEPRECATED');
    expect((await page()).release).toMatchObject({ id: second, deprecation: { ended: false } });
    await expectRefusal(other.api.registry.deleteDeprecation({ id: second }), 'NOT_FOUND');
    expect((await maker.api.registry.deleteDeprecation({ id: second })).deprecation).toBeNull();
  });

  test('is announced by one of eight at once', async () => {
    const caller = {
      ...nobody,
      account: (await maker.api.identity.getMe({})).account,
      via: 'session' as const,
    };
    const own = { ...caller, account: caller.account && { ...caller.account, id: await idOf(maker) } };
    const ends_at = new Date(clock.now().getTime() + 31 * DAY_MS);
    const asked = { id: asId<ReleaseId>(second), ends_at, reason: 'Old.' };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => deprecateRelease(world.context, own, asked)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('comes on its day: until then it runs, from then on nothing new begins and the one before it is in use', async () => {
    await quote(second);
    clock.set(new Date(clock.now().getTime() + 31 * DAY_MS));
    await comeBack(maker);
    // by the day itself, whether or not anybody has written it down
    await expectRefusal(quote(second), 'RELEASE_ENDED');
    const cards = await world.visitor().api.registry.listModels({ search: 'portraits' });
    expect(cards.items[0]?.release_id).toBe((await page()).release_id);
    expect(cards.items[0]?.release_id).not.toBe(second);
    await expectRefusal(maker.api.registry.deleteDeprecation({ id: second }), 'NOT_NOW');
    expect(await endReleases(world.context)).toBe(1);
    expect(await endReleases(world.context)).toBe(0);
    const { release: shown, releases } = await page();
    expect(shown?.version).toBe('1.0.0');
    expect(releases[0]).toMatchObject({ version: '1.1.0', deprecation: { ended: true } });
    await expectRefusal(announce(maker, 40), 'RELEASE_DEPRECATED');
  });
});

describe('a release that was withdrawn', () => {
  test('by an admin comes back through an admin; its creator may publish other files, and what they withdrew themselves', async () => {
    await Promise.all([comeBack(admin), comeBack(maker)]);
    const withdraw = async (person: Member, reason: string) => {
      const id = (await page()).release?.id ?? '';
      return person.api.registry.createWithdrawal({ id, reason });
    };
    const files = [{ role: 'lora', digest: await weights(maker, 3) }];
    await publish(maker, release('2.0.0', { files }));
    await withdraw(admin, 'It copies a face.');
    const said = await expectRefusal(publish(maker, release('2.0.1', { files })), 'WITHDRAWN_BY_ADMIN');
    expect(said).toMatchObject({ version: '2.0.0', reason: 'It copies a face.' });
    const shown = (await page()).releases.find(({ version }) => version === '2.0.0');
    expect(shown).toMatchObject({ withdrawn_as: 'admin' });
    const { items } = await admin.api.registry.listReleases({});
    expect(items.find(({ version }) => version === '2.0.0')).toMatchObject({ withdrawn_as: 'admin' });

    const mended = [{ role: 'lora', digest: await weights(maker, 4) }];
    await publish(maker, release('2.1.0', { files: mended }));
    await withdraw(maker, 'A slip.');
    await publish(maker, release('2.1.1', { files: mended }));
    const again = await publish(admin, release('2.2.0', { files }));
    expect(again.release).toMatchObject({ version: '2.2.0' });
    const rows = await world.context.db
      .selectFrom('registry.release')
      .select(['version', 'withdrawn_by', 'withdrawn_as'])
      .where('withdrawn_at', 'is not', null)
      .orderBy('version')
      .execute();
    expect(rows).toEqual([
      { version: '2.0.0', withdrawn_by: await idOf(admin), withdrawn_as: 'admin' },
      { version: '2.1.0', withdrawn_by: await idOf(maker), withdrawn_as: 'creator' },
    ]);
  });
});
