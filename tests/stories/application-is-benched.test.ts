import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { benchNext } from '../../server/flows/bench-revision.ts';
import { publishModel } from '../../server/flows/publish-model.ts';
import { asId, type AssignmentId, newId } from '../../server/ids.ts';
import { settableClock } from '../../server/kit/clock.ts';
import { stepsOf } from '../../server/kit/state-machine.ts';
import * as program from '../../server/modules/program/index.ts';
import { benchSamples } from '../../server/views/bench-sheet.ts';
import { wholeDraft } from '../accepted.ts';
import { expectEverythingHolds } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { comeBack, giveRole, idOf } from '../finance.ts';
import { Wire } from '../../models/recipes/onnx/wire.ts';
import { wavePainter } from '../model-files/onnx.ts';
import { expectRefusal } from '../refusal.ts';
import { fails, scriptedEngine, succeeds, succeedsOnce } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

type Person = Visitor & { email: string };

async function apply(person: Visitor, slug: string, bytes = wavePainter(), release: object = {}) {
  const { id, version, draft_version } = await person.api.program.createApplication({});
  const body = new File([Buffer.from(bytes)], 'painter.onnx');
  const { digest } = await person.api.registry.createModelFile({ query: { name: 'painter.onnx' }, body });
  const whole = wholeDraft(slug, digest);
  const draft = { ...whole, title: slug, release: { ...whole.release, ...release } };
  const saved = await person.api.program.updateApplication({ id, draft, draft_version });
  return person.api.program.createSubmission({ id, version, draft_version: saved.draft_version });
}

/** Of each house model only so many samples are looked at: there are a few hundred. */
const passOver = ({ context }: World, looked_at: number) =>
  sql`insert into program.sample_print (release_id, ordinal, modality)
    select release_id, ordinal, modality from registry.sample where ordinal >= ${looked_at}`.execute(
    context.db,
  );

async function withRole(world: World, name: string, role: 'coordinator' | 'reviewer'): Promise<Person> {
  const person = await world.member(name);
  await giveRole(world, person, role);
  await comeBack(person);
  return person;
}

const benchOf = (person: Visitor, id: string) => person.api.program.getBench({ id });
const benched = (person: Visitor, id: string) =>
  eventually(
    'the bench has ended',
    async () => {
      const bench = await benchOf(person, id);
      return (bench.state === 'done' || bench.state === 'failed') && bench;
    },
    60_000,
  );

describe('an application with a network', () => {
  let world: World;
  let ada: Person;
  let ben: Person;
  let coordinator: Person;
  let reviewer: Person;
  let first: string;
  let second: string;
  const script = scriptedEngine();
  beforeAll(async () => {
    world = await startWorld();
    await passOver(world, 1);
    ada = await world.member('ada');
    ben = await world.member('ben');
    coordinator = await withRole(world, 'cora', 'coordinator');
    reviewer = await withRole(world, 'rita', 'reviewer');
  }, 60_000);
  afterAll(() => world.end());

  const revisionOf = async (id: string) => {
    const revision = await program.newestRevision(world.context.db, asId(id));
    if (!revision) throw new Error('nothing was submitted');
    return revision;
  };

  test('every prompt is run with every seed, and what came of it is on the sheet', async () => {
    first = (await apply(ada, 'waves')).id;
    const bench = await benched(ada, first);
    // six prompts and the empty one with two seeds, one again, two at the smallest size
    expect(bench).toMatchObject({
      state: 'done',
      suite: 'stellary-bench/1',
      progress: { cells: 17, made: 17, failed: 0 },
      repeatable: true,
      output_checked_by: null,
      profile: { cells: 14, unit: 'megapixel', price_micros: '1000000' },
      not_run: null,
      can: { retry: { allowed: false } },
    });
    expect(bench.prompts.map(({ key }) => key)).toEqual([
      ...['object', 'colour', 'composition', 'light', 'style', 'textless', 'empty'],
    ]);
    expect(bench.seeds).toEqual([7, 20_260]);
    const sizes = new Set(bench.cells.map(({ setting, media }) => `${setting} ${media?.width}`));
    expect(sizes).toEqual(new Set(['usual 128', 'repeat 128', 'smallest 64']));
    const peaks = bench.cells.map(({ memory_bytes_peak }) => memory_bytes_peak ?? 0);
    // a process with a runtime and a network in it; not known where the system does not count
    if (process.platform === 'linux') expect(Math.min(...peaks)).toBeGreaterThan(20_000_000);
    expect(bench.profile?.memory_bytes_peak ?? 0).toBeGreaterThanOrEqual(Math.max(...peaks.slice(2, 15)));
    const media = await fetch(bench.cells[0]?.media?.url ?? '');
    expect([media.status, media.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(bench.nearest.length).toBeGreaterThan(0);
    expect(bench.findings.map(({ kind }) => kind)).toContain('empty_prompt');
    await expectEverythingHolds(world);
    // what a network does was seen: from here on a script is quicker
    world.context.sandbox = script;
  }, 60_000);

  test('the same weights from somebody else are found, and only staff learn whose they were first', async () => {
    second = (await apply(ben, 'copied-waves')).id;
    await benched(ben, second);
    const weights = async (person: Visitor) =>
      (await benchOf(person, second)).findings.filter(({ kind }) => kind === 'same_weights');
    expect(await weights(ben)).toEqual([]);
    expect(await weights(coordinator)).toMatchObject([
      { severity: 'serious', application_id: first, evidence: { file: expect.stringMatching(/^sha256:/) } },
    ]);
    await expectRefusal(benchOf(reviewer, second), 'NOT_FOUND');
    const at = world.context.clock.now();
    await world.context.database.inTransaction(async (tx) =>
      program.insertAssignment(
        tx,
        {
          id: newId<AssignmentId>(at),
          application_id: asId(second),
          revision_id: (await revisionOf(second)).id,
          reviewer_id: await idOf(reviewer),
          ...{ panel: 1, kind: 'panel', due_at: at, evidence: { conflicts: [] } },
        },
        { id: 'a test', as: 'coordinator' },
        at,
      ),
    );
    expect(await weights(reviewer)).toMatchObject([
      { why: 'Somebody else submitted the same file before.', application_id: null, evidence: {} },
    ]);
    // whoever was first has nothing to explain
    const { findings } = await benchOf(coordinator, first);
    expect(findings.map(({ kind }) => kind)).not.toContain('same_weights');
  }, 60_000);

  test('nobody else sees it, and an id that is none answers the same', async () => {
    await expectRefusal(benchOf(ben, first), 'NOT_FOUND');
    await expectRefusal(benchOf(reviewer, first), 'NOT_FOUND');
    await expectRefusal(benchOf(ada, randomUUID()), 'NOT_FOUND');
    await expectRefusal(ada.api.program.getBench({ id: first, revision: 2 }), 'NOT_FOUND');
    await expectRefusal(benchOf(world.visitor(), first), 'NOT_SIGNED_IN');
  });

  test('where nothing is made every cell fails by name, and a coordinator may try it once more', async () => {
    script.next(...Array.from({ length: 17 }, () => fails('output_rejected', { retryable: false })));
    const { id } = await apply(ada, 'numbers');
    const bench = await benched(coordinator, id);
    expect(bench).toMatchObject({ state: 'failed', profile: null, can: { retry: { allowed: true } } });
    expect(bench.progress.failed).toBe(bench.progress.cells);
    expect(new Set(bench.cells.map(({ failure }) => failure?.code))).toEqual(new Set(['output_rejected']));
    expect(bench.findings).toContainEqual(
      expect.objectContaining({ kind: 'failed', severity: 'serious', why: '17 of 17 cells failed.' }),
    );
    const retry = (version: number, of = id, person: Visitor = coordinator) =>
      person.api.program.createBenchRetry({ id: of, version });
    await expectRefusal(retry(bench.version, id, ada), 'NOT_ALLOWED');
    await expectRefusal(retry(bench.version - 1), 'STATE_CHANGED');
    await expectRefusal(retry(1, randomUUID()), 'NOT_FOUND');
    const whole = await benchOf(coordinator, first);
    await expectRefusal(retry(whole.version, first), 'BENCH_WHOLE');
    const again = await retry(bench.version);
    expect(again.state).not.toBe('done');
    await expectRefusal(retry(again.version), 'NOT_NOW');
    expect(await benched(coordinator, id)).toMatchObject({ state: 'done', version: bench.version + 3 });
  }, 60_000);

  test('what it made becomes the samples of the release, side by side with another on the same prompts', async () => {
    const side = { type: 'integer', minimum: 64, maximum: 512, default: 64 };
    const publish = async (id: string, person: Visitor) => {
      const revision = await revisionOf(id);
      const account_id = await idOf(person);
      const samples = await benchSamples(world.context.db, revision.id);
      expect(samples.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 12 }, (_, at) => at));
      const { release, slug, title, summary } = revision.content;
      const model_file = await world.context.db
        .selectFrom('registry.model_file')
        .selectAll()
        .where('digest', '=', release.files[0]?.digest.slice(7) ?? '')
        .executeTakeFirstOrThrow();
      await publishModel(world.context, {
        ...{ creator_id: account_id, slug, title, summary, modality: 'image', description: '' },
        agreement: { terms_version: revision.terms_version, share_ppm: 700_000 },
        split: [{ person_id: account_id, role: 'creator', part_ppm: 1_000_000 }],
        content: {
          ...{ version: '1.0.0', binding: release.binding, price_class: 'image-standard', licence: 'CC BY' },
          files: [{ role: 'painter', name: 'a', sha256: model_file.digest, bytes: Number(model_file.bytes) }],
          input_schema: { type: 'object', properties: { width: side, height: side } },
          metering: { kind: 'pixels', width: 'width', height: 'height' },
          samples,
        },
      });
      await enrol(world, id, slug);
    };
    await expectRefusal(ada.api.program.getStrip({ slug: 'waves' }), 'NOT_FOUND');
    await publish(first, ada);
    await publish(second, ben);
    const strip = await world.visitor().api.program.getStrip({ slug: 'waves', with: 'copied-waves' });
    expect(strip.model?.cells).toHaveLength(12);
    expect(strip.model?.cells[1]).toMatchObject({ prompt_key: 'object', seed: 20_260 });
    expect(strip.other?.cells.map(({ prompt_key, seed }) => [prompt_key, seed])).toEqual(
      strip.model?.cells.map(({ prompt_key, seed }) => [prompt_key, seed]),
    );
    expect(strip.others).toEqual([{ slug: 'copied-waves', title: 'copied-waves' }]);
    const house = await ada.api.program.getStrip({ slug: 'drift' });
    expect(house).toMatchObject({ model: null, other: null, others: [] });
  }, 60_000);

  test('weights and works that are published by now are found in what comes next', async () => {
    const cleo = await world.member('cleo');
    const { id } = await apply(cleo, 'late-waves');
    const { findings, nearest } = await benched(cleo, id);
    const about = (kind: string) => findings.filter((finding) => finding.kind === kind);
    expect(about('same_weights').map(({ model }) => model?.slug)).toEqual(['waves', 'copied-waves']);
    expect(about('looks_like').map(({ model }) => model?.slug)).toContain('copied-waves');
    expect(nearest[0]).toMatchObject({
      distance: 0,
      likeness: 'nearly certain',
      sample: { mime: 'image/webp' },
    });
  }, 60_000);

  test('a file that was saved anew is known by its tensors, and what is near to one’s own is told to staff only', async () => {
    const saved_anew = Buffer.concat([wavePainter(), new Wire().text(6, 'Saved anew.').finish()]);
    const { id } = await apply(ada, 'waves-anew', saved_anew);
    const { findings } = await benched(coordinator, id);
    const kinds = findings.map(({ kind, model }) => `${kind} ${model?.slug}`);
    expect(kinds).toContain('shares_tensors waves');
    expect(kinds).toContain('shares_tensors copied-waves');
    expect(kinds.some((kind) => kind.startsWith('same_weights'))).toBe(false);
    const shared = (await benchOf(ada, id)).findings.filter(({ kind }) => kind === 'shares_tensors');
    expect(shared.map(({ model, severity }) => [model?.slug, severity])).toEqual([
      ['copied-waves', 'serious'],
    ]);
  }, 60_000);
});

/** The last steps of the road, without the people on it. */
async function enrol({ context }: World, id: string, slug: string): Promise<void> {
  const { id: model_id } = await context.db
    .selectFrom('registry.model')
    .select('id')
    .where('slug', '=', slug)
    .executeTakeFirstOrThrow();
  await context.db
    .updateTable('program.application')
    .set({ state: 'enrolled', model_id })
    .where('id', '=', id)
    .execute();
}

describe('a bench whose process is killed', () => {
  const clock = settableClock(new Date('2026-12-01T12:00:00Z'));
  const engine = scriptedEngine();
  let world: World;
  let ada: Person;
  beforeAll(async () => {
    world = await startWorld({ roles: 'web', clock });
    ada = await world.member('ada');
    await passOver(world, 0);
  }, 60_000);
  afterAll(() => world.end());

  const never = new AbortController().signal;
  const process = (script = engine) => ({ ...world.context, sandbox: script });
  const sheetOf = async (id: string) => {
    const revision = await program.newestRevision(world.context.db, asId(id));
    const sheet = revision && (await program.sheetOfRevision(world.context.db, revision.id));
    if (!sheet) throw new Error('there is no sheet');
    return sheet;
  };

  test('is taken over where it stopped, and what comes of the dead one late counts for nothing', async () => {
    const { id } = await apply(ada, 'killed');
    const { promise: late, resolve: wake } = Promise.withResolvers<void>();
    const dying = scriptedEngine();
    dying.next(succeeds, succeeds, succeeds, succeedsOnce(late));
    const dead = benchNext(process(dying), never);
    await eventually('three cells are made', async () => (await benchOf(ada, id)).progress.made === 3);
    expect(await benchNext(process(), never), 'somebody holds it').toBe(0);
    clock.advance(10 * 60_000);
    expect(await benchNext(process(), never)).toBe(1);
    wake();
    await dead;
    expect([dying.calls.length, engine.calls.length]).toEqual([4, 14]);
    const bench = await benchOf(ada, id);
    expect(bench).toMatchObject({ state: 'done', progress: { made: 17 }, repeatable: true });
    const steps = await stepsOf(world.context.db, program.benchMachine, (await sheetOf(id)).id);
    expect(steps.map(({ act }) => act)).toEqual(['begin', 'start', 'take_over', 'finish']);
  }, 30_000);

  test('that leaves as it should lets the next one go on at once', async () => {
    const { id } = await apply(ada, 'stopped');
    const leaving = new AbortController();
    const script = scriptedEngine();
    script.next(succeeds, async (job, options) => {
      leaving.abort();
      return succeeds(job, options);
    });
    expect(await benchNext(process(script), leaving.signal)).toBe(0);
    expect(await benchOf(ada, id)).toMatchObject({ state: 'running', progress: { made: 1 } });
    const rest = scriptedEngine();
    expect(await benchNext(process(rest), never)).toBe(1);
    expect(rest.calls).toHaveLength(16);
    expect((await benchOf(ada, id)).state).toBe('done');
  }, 30_000);

  test('eight at once run each cell once', async () => {
    const { id } = await apply(ada, 'raced');
    const script = scriptedEngine();
    const all = await Promise.all(Array.from({ length: 8 }, () => benchNext(process(script), never)));
    expect(all.reduce((sum, done) => sum + done)).toBe(1);
    expect(script.calls).toHaveLength(17);
    expect((await benchOf(ada, id)).progress).toEqual({ cells: 17, made: 17, failed: 0 });
  }, 30_000);

  test('cells that fail stand beside those that do not, and only they are run again', async () => {
    const { id } = await apply(ada, 'half');
    const coordinator = await withRole(world, 'cora', 'coordinator');
    const script = scriptedEngine();
    script.next(
      succeeds,
      fails('engine_crashed', { retryable: true }),
      fails('out_of_memory', { retryable: false }),
    );
    await benchNext(process(script), never);
    const bench = await benchOf(coordinator, id);
    expect(bench).toMatchObject({ state: 'done', progress: { made: 15, failed: 2 }, repeatable: null });
    expect(bench.findings.find(({ kind }) => kind === 'failed')).toMatchObject({
      severity: 'notable',
      evidence: { codes: { engine_crashed: 1, out_of_memory: 1 } },
    });
    const retry = () => coordinator.api.program.createBenchRetry({ id, version: bench.version });
    const retries = await Promise.allSettled(Array.from({ length: 8 }, retry));
    expect(retries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const again = scriptedEngine();
    await benchNext(process(again), never);
    expect(again.calls).toHaveLength(2);
    const mended = await benchOf(coordinator, id);
    expect(mended).toMatchObject({ state: 'done', progress: { made: 17 }, repeatable: true });
    expect(mended.findings.map(({ kind }) => kind)).not.toContain('failed');
  }, 30_000);

  test('another result from the same seed is a finding', async () => {
    const { id } = await apply(ada, 'moody');
    const script = scriptedEngine();
    script.next(succeeds, (job, options) => succeeds({ ...job, seed: job.seed + 1 }, options));
    await benchNext(process(script), never);
    const bench = await benchOf(ada, id);
    expect(bench.repeatable).toBe(false);
    expect(bench.findings.map(({ kind }) => kind)).toContain('not_repeatable');
  }, 30_000);

  let dora: Person;
  test('one that cannot be planned keeps nobody else waiting', async () => {
    dora = await world.member('dora');
    const { id: broken } = await apply(dora, 'unplanned');
    const { id } = await apply(dora, 'planned');
    let asked = 0;
    const stumbles = { now: () => (asked++ === 0 ? raise() : clock.now()) };
    const raise = () => {
      throw new Error('it stumbles once');
    };
    expect(await benchNext({ ...process(scriptedEngine()), clock: stumbles }, never)).toBe(1);
    expect((await benchOf(dora, id)).state).toBe('done');
    await benchNext(process(scriptedEngine()), never);
    expect((await benchOf(dora, broken)).state).toBe('done');
  }, 30_000);

  test('applicants take turns, and what has ended is not run', async () => {
    const cleo = await world.member('cleo');
    const [gone, waits] = [await apply(dora, 'many-1'), await apply(dora, 'many-2')];
    clock.advance(1_000);
    const { id } = await apply(cleo, 'only-one');
    const run = () => benchNext(process(scriptedEngine()), never);
    expect(await run()).toBe(1);
    expect((await benchOf(cleo, id)).state).toBe('done');
    const { version } = await dora.api.program.getApplication({ id: gone.id });
    await dora.api.program.createApplicationWithdrawal({ id: gone.id, version });
    expect(await run()).toBe(1);
    expect((await benchOf(dora, waits.id)).state).toBe('done');
    expect(await run()).toBe(0);
    expect((await sheetOf(gone.id)).state).toBe('waiting');
  }, 30_000);

  test('what nothing here can run fails in every cell and says why', async () => {
    const schema = (more: object) => ({
      type: 'object',
      additionalProperties: false,
      properties: {
        prompt: { type: 'string', maxLength: 100 },
        width: { type: 'integer', minimum: 64, maximum: 512, default: 64 },
        height: { type: 'integer', minimum: 64, maximum: 512, default: 64 },
        ...more,
      },
    });
    const pull = { binding: { kind: 'pull', pool: 'gpus' }, files: [] };
    const picture = { picture: { type: 'string', format: 'asset-id' } };
    const ben = await world.member('ben');
    const failuresOf = async (slug: string, release: object, notable: boolean) => {
      const { id } = await apply(ben, slug, wavePainter(), release);
      expect(await benchNext(process(), never), 'before a coordinator has looked').toBe(0);
      await world.context.database.inTransaction((tx) =>
        program.moveApplication(tx, 'screen', {
          ...{ id: asId(id), at: clock.now() },
          by: { id: 'a test', as: 'coordinator' },
        }),
      );
      await benchNext(process(), never);
      const { state, cells, not_run, findings } = await benchOf(ben, id);
      expect(state).toBe('failed');
      expect(not_run).toMatchObject({ code: 'own_machines' });
      expect(findings).toMatchObject([{ kind: 'failed', severity: notable ? 'notable' : 'serious' }]);
      return new Set(cells.map(({ failure }) => failure?.code));
    };
    expect(await failuresOf('pulled', { ...pull, input_schema: schema({}) }, true)).toEqual(
      new Set(['own_machines']),
    );
    const input_schema = { ...schema(picture), required: ['picture'] };
    expect(await failuresOf('drawn', { ...pull, input_schema }, false)).toEqual(new Set(['needs_picture']));
  }, 30_000);
});
