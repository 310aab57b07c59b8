import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RefusalCode } from '#api/errors.ts';
import { tryApplication } from '../../server/flows/try-application.ts';
import { asId, type ApplicationId } from '../../server/ids.ts';
import * as program from '../../server/modules/program/index.ts';
import { DAY_MS } from '../../server/kit/clock.ts';
import { wholeDraft } from '../accepted.ts';
import type { Visitor } from '../client.ts';
import { gate } from '../eventually.ts';
import { comeBack, giveRole, idOf } from '../finance.ts';
import { model, oneNode, wavePainter } from '../model-files/onnx.ts';
import { expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
let ada: Visitor & { email: string };
let ben: Visitor;
let digest: string;
let handle_of_ben: string;

const handleOf = async (person: Visitor) => (await person.api.identity.getMe()).account?.handle ?? '';
/** Files belong to an application: whoever has none brings none. */
async function upload(person: Visitor, bytes = wavePainter()): Promise<string> {
  const begun = await person.api.program.createApplication({});
  const body = new File([Buffer.from(bytes)], 'waves.onnx');
  const file = await person.api.registry.createModelFile({ query: { name: 'waves.onnx' }, body });
  await person.api.program.createApplicationWithdrawal({ id: begun.id, version: 1 });
  return file.digest;
}

beforeAll(async () => {
  world = await startWorld({ roles: 'web' });
  ada = await world.member('ada');
  ben = await world.member('ben');
  handle_of_ben = await handleOf(ben);
  digest = await upload(ada);
}, 60_000);
afterAll(() => world.end());
/** What was begun in one test was begun yesterday in the next. */
beforeEach(async () => {
  await sql`update program.application set begun_at = begun_at - interval '1 day'`.execute(world.context.db);
});

const whole = (slug: string) => wholeDraft(slug, digest);
type Draft = Record<string, unknown>;

/** A new application of Ada's with a draft that is whole but for what is changed in it. */
async function drafted(slug: string, change: Draft = {}) {
  const { id, version, draft_version } = await ada.api.program.createApplication({});
  const draft = { ...whole(slug), ...change };
  const saved = await ada.api.program.updateApplication({ id, draft, draft_version });
  return { id, version, draft, ...saved };
}
type Drafted = Awaited<ReturnType<typeof drafted>>;
const submit = ({ id, version, draft_version }: Pick<Drafted, 'id' | 'version' | 'draft_version'>) =>
  ada.api.program.createSubmission({ id, version, draft_version });
const withdraw = ({ id, version }: { id: string; version: number }) =>
  ada.api.program.createApplicationWithdrawal({ id, version });

/** A draft that is refused at its submission says so while it is written, too. */
async function refusedWith(change: Draft, code: RefusalCode): Promise<Record<string, unknown>> {
  const draft = await drafted('refused', change);
  expect(draft.findings.map((finding) => finding.code)).toContain(code);
  const refused = await expectRefusal(submit(draft), code);
  await withdraw(draft);
  return { ...refused, findings: draft.findings };
}

describe('writing', () => {
  test('the form says what will be asked, and the statement of rights word for word', async () => {
    const form = await world.visitor().api.program.getForm({});
    expect(form.rights.text).toContain('It is ours to offer');
    expect(form.licences.find(({ id }) => id === 'CC-BY-NC-4.0')).toMatchObject({
      own: false,
      terms: { commercial_use: false },
    });
    expect(form.price_classes.map(({ price_class }) => price_class)).toContain('image-standard');
    expect(form).toMatchObject({ share_ppm: 700_000, royalties_ppm_max: 500_000 });
  });

  test('an empty draft says what is missing, and each save says what still is', async () => {
    const begun = await ada.api.program.createApplication({});
    expect(begun).toMatchObject({ state: 'draft', title: '', can: { submit: { allowed: false } } });
    expect(begun.findings.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['title', 'release', 'lineage', 'licence', 'rights']),
    );
    const saved = await ada.api.program.updateApplication({
      id: begun.id,
      draft: { title: 'Half a ti' },
      draft_version: begun.draft_version,
    });
    expect(saved.draft_version).toBe(begun.draft_version + 1);
    expect(saved.findings.map(({ path }) => path)).not.toContain('title');
    const { items } = await ada.api.program.listApplications({});
    expect(items[0]).toMatchObject({ id: begun.id, title: 'Half a ti', state: 'draft' });
    await withdraw(begun);
  });

  test('what another tab wrote is not written over, and of two at once one wins', async () => {
    const { id, draft, draft_version } = await drafted('tabs');
    const save = (title: string) =>
      ada.api.program.updateApplication({ id, draft: { ...draft, title }, draft_version });
    const outcomes = await Promise.allSettled([save('left'), save('right')]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await expectRefusal(save('late'), 'DRAFT_CHANGED')).toMatchObject({
      draft_version: draft_version + 1,
    });
    await expectRefusal(submit({ id, version: 1, draft_version }), 'DRAFT_CHANGED');
    await withdraw({ id, version: 1 });
  });

  test('a draft has an end', async () => {
    const { id, draft_version } = await drafted('long');
    const save = (length: number) =>
      ada.api.program.updateApplication({ id, draft: { text: 'x'.repeat(length) }, draft_version });
    expect(await expectRefusal(save(200_001), 'DRAFT_TOO_LARGE')).toMatchObject({ bytes_max: 200_000 });
    expect((await save(199_000)).draft_version).toBe(draft_version + 1);
    await withdraw({ id, version: 1 });
  });

  test('five are open at most, also when they begin at once', async () => {
    const begin = () => ada.api.program.createApplication({});
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, begin));
    const begun = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(begun).toHaveLength(5);
    expect(await expectRefusal(begin(), 'APPLICATIONS_FULL')).toMatchObject({ limit: 5 });
    const { can } = await ada.api.program.listApplications({});
    expect(can.begin).toMatchObject({ allowed: false, why: expect.stringContaining('5 open') });
    for (const one of begun) await withdraw(one);
    expect((await ada.api.program.listApplications({})).can.begin.allowed).toBe(true);
  });

  test('what is withdrawn unread is forgotten, and twenty a day are begun at most', async () => {
    const { id } = await drafted('unread');
    await withdraw({ id, version: 1 });
    expect(await ada.api.program.getApplication({ id })).toMatchObject({ title: 'Waves', draft: {} });
    const { api } = await world.member('eager');
    const begin = () => api.program.createApplication({});
    for (let begun = 0; begun < program.BEGUN_PER_DAY_MAX; begun += 1)
      await api.program.createApplicationWithdrawal({ id: (await begin()).id, version: 1 });
    expect(await expectRefusal(begin(), 'BEGUN_TODAY')).toMatchObject({ limit: 20 });
    expect((await api.program.listApplications({})).can.begin).toMatchObject({
      allowed: false,
      why: expect.stringContaining('tomorrow'),
    });
  });

  test('to others it does not exist, and nobody without an account begins one', async () => {
    const { id, draft, draft_version } = await drafted('mine');
    const { api } = ben;
    for (const call of [
      () => api.program.getApplication({ id }),
      () => api.program.updateApplication({ id, draft, draft_version }),
      () => api.program.createSubmission({ id, version: 1, draft_version }),
      () => api.program.createApplicationWithdrawal({ id, version: 1 }),
      () => api.program.listRevisions({ id }),
      () => api.program.getRevisionDiff({ id, number: 1 }),
      () => api.program.createTrial({ id, seed: 1 }),
      () => api.program.deleteTrial({ id, trial_id: randomUUID() }),
      () => api.program.createApplication({ follows_id: id }),
      () => api.program.getApplication({ id: randomUUID() }),
    ])
      await expectRefusal(call(), 'NOT_FOUND');
    const { items } = await api.program.listApplications({});
    expect(items.map((item) => item.id)).not.toContain(id);
    await expectRefusal(world.visitor().api.program.createApplication({}), 'NOT_SIGNED_IN');
    await withdraw({ id, version: 1 });
  });
});

describe('what is refused', () => {
  test('what is not whole, field by field', async () => {
    const { issues } = await refusedWith({ summary: '', uses: [] }, 'APPLICATION_INCOMPLETE');
    expect(issues).toMatchObject([{ path: 'summary' }, { path: 'uses' }]);
  });

  test('line breaks and control characters in what stands in one line', async () => {
    const { issues } = await refusedWith(
      { title: 'Waves\r\nBcc: all', features: ['Quick', 'one\u0007two'] },
      'APPLICATION_INCOMPLETE',
    );
    expect(issues).toMatchObject([{ path: 'title' }, { path: 'features.1' }]);
  });

  test('no licence, and no word about lineage, are no choice that somebody made', async () => {
    const { issues } = await refusedWith(
      { licence: undefined, lineage: undefined },
      'APPLICATION_INCOMPLETE',
    );
    expect(issues).toMatchObject([{ path: 'licence' }, { path: 'lineage' }]);
  });

  test('rights in another version than the one in force', async () => {
    const refused = await refusedWith({ rights: { version: '2020-01', affirmed: true } }, 'RIGHTS_OUTDATED');
    expect(refused).toMatchObject({ version: program.RIGHTS.version });
  });

  test('somebody else’s file is as unknown as none', async () => {
    const foreign = await upload(ben, model(oneNode('Tanh')));
    expect(foreign).not.toBe(digest);
    const release = (file: string) => ({ ...whole('').release, files: [{ role: 'painter', digest: file }] });
    for (const file of [foreign, `sha256:${'0'.repeat(64)}`]) {
      const refused = await refusedWith({ release: release(file) }, 'MODEL_FILE_UNKNOWN');
      expect(refused).toMatchObject({ digest: file, findings: [{ path: 'release.files' }] });
    }
  });

  test('a binding, a schema and a price that do not fit', async () => {
    const { release } = whole('');
    const bound = { ...release, binding: { kind: 'cog', endpoint: 'not-listed' } };
    await refusedWith({ release: bound }, 'BINDING_REFUSED');
    await refusedWith({ release: { ...release, input_schema: { type: 'string' } } }, 'INPUT_SCHEMA_REFUSED');
    await refusedWith({ release: { ...release, price_class: 'free' } }, 'METERING_REFUSED');
  });

  test('an address that a model has', async () => {
    await refusedWith({ slug: 'drift' }, 'SLUG_TAKEN');
  });

  test('a team that cannot share', async () => {
    const part = (handle: string, part_ppm: number) => ({ handle, part_ppm });
    const me = await handleOf(ada);
    const { issues } = await refusedWith(
      {
        team: [
          part('nobody-at-all', 100),
          part(me, 100),
          part(handle_of_ben, 150),
          part(handle_of_ben, 999_900),
        ],
      },
      'TEAM_REFUSED',
    );
    expect(issues).toMatchObject([
      { path: 'team.0.handle' },
      { path: 'team.1.handle' },
      { path: 'team.2.part_ppm' },
      { path: 'team.3.handle' },
      { path: 'team' },
    ]);
  });

  test('a lineage that nothing can come from', async () => {
    const { release_id } = await ada.api.registry.getModel({ slug: 'drift' });
    const parent = (id: string, royalty_ppm = 100_000) => ({ release_id: id, royalty_ppm });
    const derived = (...parents: object[]) => ({ lineage: { kind: 'derived', parents } });
    const drift = release_id ?? '';
    const said = async (change: Draft) => {
      const { issues } = await refusedWith(change, 'LINEAGE_REFUSED');
      return JSON.stringify(issues);
    };
    expect(await said(derived())).toContain('at least one');
    expect(await said(derived(parent(randomUUID())))).toContain('no such release');
    expect(await said(derived(parent(drift), parent(drift)))).toContain('named twice');
    expect(await said(derived(parent(drift, 500_001)))).toContain('at most 50 %');
    expect(await said({ ...derived(parent(drift)), slug: 'drift' })).toContain('its own ancestor');
  });

  test('a parent that was withdrawn, and a line that goes back too far', async () => {
    const { db } = world.context;
    const models = await db.selectFrom('registry.model').select('id').limit(1).execute();
    const row = await db
      .selectFrom('registry.release')
      .selectAll()
      .where('model_id', '=', models[0]?.id ?? '')
      .limit(1)
      .executeTakeFirstOrThrow();
    const line: string[] = [];
    const add = async (parents: string[], withdrawn_at: Date | null = null) => {
      const id = randomUUID();
      const json = (value: unknown) => JSON.stringify(value);
      await db
        .insertInto('registry.release')
        .values({
          ...row,
          ...{ id, parents, withdrawn_at, withdrawal_reason: withdrawn_at && 'a test' },
          ...{ version: `0.0.${line.length}`, published_at: new Date(0), digest: `sha256:${id}` },
          ...{ files: json(row.files), input_schema: json(row.input_schema) },
          ...{ metering: json(row.metering), binding: json(row.binding) },
        })
        .execute();
      line.push(id);
      return id;
    };
    const withdrawn = await add([], new Date());
    let last = await add([]);
    for (let depth = 1; depth < 4; depth += 1) last = await add([last]);
    const derived = (release_id: string) => ({
      lineage: { kind: 'derived', parents: [{ release_id, royalty_ppm: 0 }] },
    });
    const gone = await refusedWith(derived(withdrawn), 'LINEAGE_REFUSED');
    expect(JSON.stringify(gone)).toContain('was withdrawn');
    const four = await drafted('four-back', derived(last));
    expect(four.findings).toEqual([]);
    await withdraw(four);
    const five = await refusedWith(derived(await add([last])), 'LINEAGE_REFUSED');
    expect(JSON.stringify(five)).toContain('4 models at most');
  });

  test('a licence that does not go together with the parents, and none that is not known', async () => {
    const elsewhere = (licence_id: string) => ({
      lineage: { kind: 'derived', parents: [], elsewhere: [{ name: 'Sea', licence_id }] },
    });
    const of = async (licence_id: string) =>
      JSON.stringify((await refusedWith(elsewhere(licence_id), 'LICENCE_CONFLICT')).issues);
    expect(await of('CC-BY-NC-4.0')).toContain('no commercial use');
    expect(await of('who-knows')).toContain('not known here');
    const mine = await refusedWith({ licence: { kind: 'known', id: 'CC-BY-NC-4.0' } }, 'LICENCE_CONFLICT');
    expect(mine.issues).toMatchObject([{ path: 'licence.id' }]);
  });
});

describe('samples on the spot', () => {
  test('the model runs with what its applicant asks, and up to eight are kept', async () => {
    const { id, draft_version } = await drafted('trials');
    const input = { prompt: 'golden sea', width: 64, height: 64 };
    const trial = await ada.api.program.createTrial({ id, input, seed: 11 });
    expect(trial).toMatchObject({
      mime: 'image/webp',
      width: 64,
      input: { prompt: 'golden sea', seed: 11 },
    });
    expect((await fetch(trial.url)).status).toBe(200);
    const row = await world.context.db
      .selectFrom('program.trial')
      .selectAll()
      .where('id', '=', trial.id)
      .executeTakeFirstOrThrow();
    const json = { thumbnail: JSON.stringify(row.thumbnail), input: JSON.stringify(row.input) };
    for (let more = 1; more < program.TRIALS_MAX; more += 1)
      await world.context.db
        .insertInto('program.trial')
        .values({ ...row, ...json, id: randomUUID() })
        .execute();
    const again = () => ada.api.program.createTrial({ id, input, seed: 12 });
    expect(await expectRefusal(again(), 'TRIALS_FULL')).toMatchObject({ limit: 8 });
    await ada.api.program.deleteTrial({ id, trial_id: trial.id });
    await expectRefusal(ada.api.program.deleteTrial({ id, trial_id: trial.id }), 'NOT_FOUND');
    expect((await ada.api.program.getApplication({ id })).trials).toHaveLength(7);
    const two = await Promise.allSettled([again(), again()]);
    expect(two.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'TRIAL_RUNNING' } },
    ]);
    expect((await ada.api.program.getApplication({ id })).draft_version).toBe(draft_version);
    const { id: _, ...made } = row;
    for (let ever = 9; ever < program.TRIALS_EVER_MAX; ever += 1)
      await world.context.db
        .insertInto('program.trial')
        .values({ ...made, ...json, id: randomUUID(), removed_at: new Date() })
        .execute();
    expect(await expectRefusal(again(), 'TRIALS_USED_UP')).toMatchObject({ limit: 40 });
    await withdraw({ id, version: 1 });
  });

  test('all trials together leave a place to what is paid for, and none is made without room', async () => {
    const { id } = await drafted('few-places');
    const [me, he] = [await idOf(ada), await idOf(ben)];
    const [runs, go] = [gate(), gate()];
    const { sandbox, media } = world.context;
    const slow: typeof sandbox = {
      ...sandbox,
      run: async () => {
        runs.open();
        await go.opened;
        return { ok: false, code: 'model_error', message: 'a test', retryable: false };
      },
    };
    const context = { ...world.context, sandbox: slow };
    const of = asId<ApplicationId>(id);
    const wanted = { input: { prompt: 'sea', width: 64, height: 64 }, seed: 1 };
    const first = tryApplication(context, me, of, wanted);
    await runs.opened;
    await expect(tryApplication(context, he, of, wanted)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    go.open();
    await expect(first).rejects.toMatchObject({ code: 'TRIAL_FAILED' });
    const full = { ...world.context, media: { ...media, room: async () => 1n } };
    await expect(tryApplication(full, me, of, wanted)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    await withdraw({ id, version: 1 });
  });

  test('an input that does not fit, a prompt that may not be, and a draft without a model are refused', async () => {
    const { id, draft, draft_version } = await drafted('no-trials');
    const trial = (input: object) => ada.api.program.createTrial({ id, input: { ...input }, seed: 1 });
    await expectRefusal(trial({ width: 1 }), 'INVALID_INPUT');
    await expectRefusal(trial({ prompt: 'child porn' }), 'PROMPT_REFUSED');
    const without = { ...draft, release: { ...draft.release, files: undefined, binding: null } };
    await ada.api.program.updateApplication({ id, draft: without, draft_version });
    await expectRefusal(trial({}), 'APPLICATION_INCOMPLETE');
    await withdraw({ id, version: 1 });
    await expectRefusal(trial({}), 'NOT_NOW');
  });
});

describe('what it would pay', () => {
  test('ten credits, divided by the function that divides every charge', async () => {
    const { release_id } = await ada.api.registry.getModel({ slug: 'drift' });
    const preview = await ada.api.program.createTermsPreview({
      team: [{ handle: handle_of_ben, part_ppm: 250_000 }],
      parents: [{ release_id: release_id ?? '', royalty_ppm: 100_000 }],
    });
    expect(preview.parts.map(({ role, amount_micros }) => [role, amount_micros])).toEqual([
      ['creator', '4725000'],
      ['collaborator', '1575000'],
      ['parent', '700000'],
      ['platform', '3000000'],
    ]);
    const unknown = ada.api.program.createTermsPreview({ team: [{ handle: 'nobody-here', part_ppm: 100 }] });
    await expectRefusal(unknown, 'TEAM_REFUSED');
    const nothing = [{ release_id: randomUUID(), royalty_ppm: 1 }];
    await expectRefusal(ada.api.program.createTermsPreview({ parents: nothing }), 'LINEAGE_REFUSED');
  });
});

describe('submitting', () => {
  const askForChanges = async (id: string) => {
    const at = world.context.clock.now();
    const by = { id: 'a test', as: 'coordinator' };
    await world.context.database.inTransaction(async (tx) => {
      await program.moveApplication(tx, 'screen', { id: asId<ApplicationId>(id), by, at });
      await program.moveApplication(tx, 'ask_changes', { id: asId<ApplicationId>(id), by, at });
    });
  };

  test('a revision that nobody changes, once however often the button is pressed', async () => {
    const draft = await drafted('waves');
    expect(draft.findings).toEqual([]);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => submit(draft)));
    const done = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(done).toMatchObject([{ state: 'submitted', revision: 1, version: 2, title: 'Waves' }]);
    for (const one of outcomes)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'NOT_NOW' });
    const [application] = done;
    const due = Date.parse(application?.due_at ?? '') - Date.parse(application?.submitted_at ?? '');
    expect(due).toBe(72 * 60 * 60_000);
    expect(application?.can).toMatchObject({ write: { allowed: false }, withdraw: { allowed: true } });
    const { items } = await ada.api.program.listRevisions({ id: draft.id });
    const { version, text } = program.RIGHTS;
    expect(items).toMatchObject([{ number: 1, rights: { version, text }, terms_version: '2026-11' }]);
    expect(items[0]?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const { id } = draft;
    const write = { id, draft: {}, draft_version: draft.draft_version };
    await expectRefusal(ada.api.program.updateApplication(write), 'NOT_NOW');
    await expectRefusal(submit(draft), 'NOT_NOW');

    await askForChanges(id);
    const asked = await ada.api.program.getApplication({ id });
    expect(asked).toMatchObject({ state: 'needs_changes', can: { submit: { allowed: true } } });
    expect(asked.steps.map(({ act, by }) => [act, by])).toEqual([
      ['begin', 'applicant'],
      ['submit', 'applicant'],
      ['screen', 'coordinator'],
      ['ask_changes', 'coordinator'],
    ]);
    expect(await expectRefusal(submit(asked), 'SAME_REVISION')).toMatchObject({ number: 1 });
    await expectRefusal(submit({ ...asked, version: 2 }), 'SAME_REVISION');
    const better = { ...whole('waves'), summary: 'Calmer waves.', features: ['Quick', 'Calm'] };
    const saved = await ada.api.program.updateApplication({
      ...{ id, draft: better, draft_version: asked.draft_version },
    });
    const stale = { id, version: 2, draft_version: saved.draft_version };
    expect(await expectRefusal(submit(stale), 'STATE_CHANGED')).toMatchObject({ version: asked.version });
    await submit({ ...stale, version: asked.version });
    expect(await ada.api.program.getRevisionDiff({ id, number: 2 })).toMatchObject({
      from: 1,
      to: 2,
      changes: [
        {
          path: 'summary',
          before: 'Waves in the colours of words.',
          after: 'Calmer waves.',
          paragraphs: [{ kind: 'changed' }],
        },
        { path: 'features.1', before: null, after: 'Calm', paragraphs: null },
      ],
    });
    await expectRefusal(ada.api.program.getRevisionDiff({ id, number: 1 }), 'NOT_FOUND');
  });

  test('samples stand in the revision, and one withdrawn leads to another that follows it', async () => {
    const draft = await drafted('followed');
    const input = { prompt: 'sea', width: 64, height: 64 };
    const trial = await ada.api.program.createTrial({ id: draft.id, input, seed: 3 });
    const submitted = await submit(draft);
    const { items } = await ada.api.program.listRevisions({ id: draft.id });
    expect(items[0]?.content.samples).toMatchObject([{ trial_id: trial.id, digest: trial.digest }]);
    await expectRefusal(ada.api.program.createApplication({ follows_id: draft.id }), 'NOT_FOUND');
    await expectRefusal(withdraw({ id: draft.id, version: 1 }), 'STATE_CHANGED');
    expect(await withdraw(submitted)).toMatchObject({ state: 'withdrawn', due_at: null });
    await expectRefusal(withdraw(submitted), 'NOT_NOW');
    const next = await ada.api.program.createApplication({ follows_id: draft.id });
    expect(next).toMatchObject({ follows_id: draft.id, title: 'Waves', trials: [] });
    expect(next.findings.map(({ path }) => path)).toEqual(['rights']);
    await withdraw(next);
  });

  test('after a refusal there is a time to wait, and nobody else waits with them', async () => {
    const [cara, desk] = [await world.member('cara'), await world.member('desk')];
    await giveRole(world, desk, 'coordinator');
    await comeBack(desk);
    expect(await upload(cara)).toBe(digest);
    const { id, draft_version: begun } = await cara.api.program.createApplication({});
    const draft = whole('waits');
    const { draft_version } = await cara.api.program.updateApplication({ id, draft, draft_version: begun });
    const { version } = await cara.api.program.createSubmission({ id, version: 1, draft_version });
    const { application } = await desk.api.program.createScreening({ id, version });
    const refusal = { id, version: application.version, reasons: 'Not for us.', cool_down_days: 30 } as const;
    await desk.api.program.createDeskRejection(refusal);
    const told = await expectRefusal(cara.api.program.createApplication({}), 'COOLING_DOWN');
    const days = (Date.parse(String(told.until)) - Date.now()) / DAY_MS;
    expect(Math.round(days)).toBe(30);
    expect((await cara.api.program.listApplications({})).can.begin.why).toContain(
      'another application can begin',
    );
    const mine = await ada.api.program.createApplication({});
    await withdraw(mine);
  });

  test('sixty people are asked in a day at most, and nothing is submitted with one more', async () => {
    const team = [{ handle: handle_of_ben, part_ppm: 1_000 }];
    const asked = await drafted('team', { team });
    await withdraw(await submit(asked));
    const { db } = world.context;
    const proposal = await db
      .selectFrom('program.split_proposal')
      .selectAll()
      .where('application_id', '=', asked.id)
      .executeTakeFirstOrThrow();
    const consents = await db
      .selectFrom('program.split_consent')
      .selectAll()
      .where('proposal_id', '=', proposal.id)
      .execute();
    for (let more = 1; more < 60; more += 1) {
      const id = randomUUID();
      await db
        .insertInto('program.split_proposal')
        .values({ ...proposal, id })
        .execute();
      await db
        .insertInto('program.split_consent')
        .values(consents.map((consent) => ({ ...consent, proposal_id: id })))
        .execute();
    }
    const another = await drafted('team-again', { team });
    expect(await expectRefusal(submit(another), 'INVITATIONS_FULL')).toMatchObject({ limit: 60 });
    expect(await ada.api.program.getApplication({ id: another.id })).toMatchObject({
      state: 'draft',
      revision: 0,
    });
    await withdraw(another);
  });

  test('what is being screened can be taken back, and then nobody can go on with it', async () => {
    const desk = await world.member('second-desk');
    await giveRole(world, desk, 'coordinator');
    await comeBack(desk);
    const draft = await drafted('taken-back');
    const { id, version } = await submit(draft);
    const { application } = await desk.api.program.createScreening({ id, version });
    await expectRefusal(withdraw({ id, version }), 'STATE_CHANGED');
    await withdraw({ id, version: application.version });
    const seen = { id, version: application.version + 1 };
    await expectRefusal(desk.api.program.createPanel({ ...seen, reviewers: [] }), 'NOT_NOW');
  });
});
