import { afterAll, beforeAll, expect, test } from 'vitest';
import { houseBench } from '../../server/flows/bench-house.ts';
import { asId, type ReleaseId } from '../../server/ids.ts';
import * as program from '../../server/modules/program/index.ts';
import type { Visitor } from '../client.ts';
import { expectEverythingHolds, reaches, releaseOf, start } from '../acts.ts';
import { gate } from '../eventually.ts';
import { fails, type Script, scriptedEngine, succeeds } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const engine = scriptedEngine();
const never = new AbortController().signal;
let world: World;
let fan: Visitor;
beforeAll(async () => {
  world = await startWorld({ engine, roles: 'web,relay,runner' });
  fan = await world.member('fay');
}, 60_000);
afterAll(() => world.end());

const bench = (quiet_ms = 0) => houseBench(world.context, never, { quiet_ms });
const cellsOf = async (slug: string) =>
  program.houseCellsOf(world.context.db, asId<ReleaseId>(await releaseOf(fan, slug)));
const stripOf = (slug: string, other?: string) =>
  fan.api.program.getStrip({ slug, ...(other && { with: other }) });

/** Runs until it is let go, and ends at once when it is stopped. */
function slow(): { script: Script; begun: Promise<unknown>; go(): void } {
  const [begun, go] = [gate(), gate()];
  const script: Script = async (job, options) => {
    begun.open();
    const stopped = new Promise<void>((stop) => options.signal.addEventListener('abort', () => stop()));
    await Promise.race([go.opened, stopped]);
    if (options.signal.aborted)
      return { ok: false, code: 'cancelled', message: 'It was stopped.', retryable: false };
    return succeeds(job, options);
  };
  return { script, begun: begun.opened, go: () => go.open() };
}

test('nothing is run before the machine was quiet for long, nor where no models are run', async () => {
  const step = houseBench(world.context, never);
  expect([await step(), await step()]).toEqual([0, 0]);
  const elsewhere = { ...world.context, config: { ...world.context.config, roles: ['worker' as const] } };
  expect(await houseBench(elsewhere, never, { quiet_ms: 0 })()).toBe(0);
  expect(engine.calls).toHaveLength(0);
  expect((await stripOf('drift')).model).toBeNull();
});

test('nothing is run while somebody waits or is served, and a cell gives way to who comes meanwhile', async () => {
  const job = slow();
  engine.next(job.script);
  const release_id = await releaseOf(fan);
  const first = await start(fan, { release_id });
  await job.begun;
  expect(await bench()()).toBe(0);
  expect(engine.calls).toHaveLength(1);
  job.go();
  await reaches(fan, first.id, 'delivering');

  const [cell, next] = [slow(), slow()];
  engine.next(cell.script, next.script);
  const step = bench(1)();
  const second = await Promise.race([step, cell.begun.then(() => start(fan, { release_id }))]);
  expect(second).toMatchObject({ id: expect.any(String) });
  expect(await step).toBe(0);
  next.go();
  expect(engine.calls[1]?.aborted()).toBe(true);
  expect(await cellsOf('drift')).toEqual([]);
  if (typeof second === 'object') await reaches(fan, second.id, 'delivering');
});

test('in quiet hours each release of the house gets its strip, once, whoever runs it', async () => {
  const before = engine.calls.length;
  const [one, other] = [bench(), bench()];
  await Promise.all([one(), other()]);
  expect(await cellsOf('drift')).toHaveLength(1);
  for (let cells = 1; cells < 13; cells += 1) expect(await one()).toBe(1);
  expect(engine.calls.length - before).toBe(14);
  const strip = await stripOf('drift', 'horizon');
  expect(strip.model?.cells.map(({ prompt_key, seed }) => `${prompt_key} ${seed}`)).toEqual(
    ['object', 'colour', 'composition', 'light', 'style', 'textless']
      .flatMap((key) => [`${key} 7`, `${key} 20260`])
      .toSorted((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1])),
  );
  expect(strip.prompts).toHaveLength(6);
  expect(strip.model?.cells[0]?.sample).toMatchObject({ modality: 'image', url: expect.any(String) });
  expect(strip.other?.cells).toHaveLength(1);
  expect(strip.others.map(({ slug }) => slug)).toEqual(['horizon']);
});

test('what failed is not run again, and what an engine that is away could not make is left', async () => {
  const retryable = false;
  engine.next(fails('model_error', { retryable }), fails('runner_unavailable', { retryable }));
  const step = bench();
  const before = (await cellsOf('horizon')).length;
  expect([await step(), await step(), await step()]).toEqual([1, 0, 1]);
  expect(await cellsOf('horizon')).toHaveLength(before + 1);
  const [broken] = await world.context.db
    .selectFrom('program.house_cell')
    .select('failure')
    .where('made', 'is', null)
    .execute();
  expect(broken).toEqual({ failure: 'model_error' });
  await expect(
    world.context.db.deleteFrom('program.house_cell').execute(),
    'it is written once',
  ).rejects.toThrow();
  await expectEverythingHolds(world);
});
