import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { openBench } from '../../../../../tests/peers/bench.ts';
import { type CogServer, startCog } from '../../../../../tests/peers/cog.ts';

const binding = { kind: 'cog' as const, endpoint: 'painter', rename: { height: '', strength: 'steps' } };

async function withCog<T>(
  server: CogServer,
  act: (peer: Awaited<ReturnType<typeof startCog>>, bench: ReturnType<typeof openBench>) => Promise<T>,
) {
  const peer = await startCog(server);
  const bench = openBench(peer, binding);
  try {
    return await act(peer, bench);
  } finally {
    await bench.close();
    await peer.leave();
  }
}

describe('the same try, sent again while it runs', () => {
  test('is not run twice by coglet, which gives its result to the first alone', () =>
    withCog('coglet', async (peer, bench) => {
      peer.next({ does: 'succeeds', step_ms: 60 });
      const first = bench.run({});
      await vi.waitFor(() => expect(peer.ran).toHaveLength(1));
      expect((await bench.run({})).result).toMatchObject({ code: 'runner_unavailable', retryable: true });
      expect((await first).result).toMatchObject({ ok: true, inference_ms: 42 });
      expect(peer.ran).toHaveLength(1);
    }));

  test('is not run twice by older servers, which give it to both', () =>
    withCog('python', async (peer, bench) => {
      peer.next({ does: 'succeeds', step_ms: 60 });
      const first = bench.run({});
      await vi.waitFor(() => expect(peer.ran).toHaveLength(1));
      const second = bench.run({});
      expect([(await first).result.ok, (await second).result.ok]).toEqual([true, true]);
    }));

  test('but another try is another prediction', () =>
    withCog('coglet', async (peer, bench) => {
      await bench.run({ attempt: 1 });
      await bench.run({ attempt: 2 });
      const ids = new Set(peer.seen.filter(({ method }) => method === 'PUT').map(({ path }) => path));
      expect(ids.size).toBe(2);
      expect([...ids][0]).toMatch(
        /^\/predictions\/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }));
});

test('asking how it goes never starts anything', () =>
  withCog('coglet', async (peer, bench) => {
    peer.next({ does: 'succeeds', steps: 3, step_ms: 450 });
    expect((await bench.run({})).result.ok).toBe(true);
    const asked = peer.seen.filter(({ body }) => JSON.stringify(body ?? '').includes('how is it going'));
    expect(asked.length).toBeGreaterThan(0);
    // the same question when it has ended meanwhile
    const { path, body } = asked[0]!;
    const late = await fetch(peer.url + path, {
      method: 'PUT',
      headers: { prefer: 'respond-async', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(late.status).toBe(422);
    await sleep(20);
    expect(peer.ran).toHaveLength(1);
  }));

test('fields go under the names that the model knows, and some not at all', () =>
  withCog('coglet', async (peer, bench) => {
    await bench.run({ input: { prompt: 'a boat', height: 64, strength: 9 } });
    const { body } = peer.seen.find(({ method }) => method === 'PUT')!;
    expect(body).toMatchObject({ input: { prompt: 'a boat', steps: 9, seed: 7 } });
    expect(body).not.toHaveProperty('input.height');
  }));

test.each([
  ['STARTING', 'starting'],
  ['SETUP_FAILED', 'failed'],
  ['DEFUNCT', 'failed'],
  ['UNHEALTHY', 'failed'],
])('%s is said, and a job waits meanwhile', (health, state) =>
  withCog('coglet', async (peer, bench) => {
    peer.health = health;
    expect(await bench.health()).toMatchObject({ state });
    expect((await bench.run({})).result).toMatchObject({ code: 'runner_unavailable', retryable: true });
    expect(peer.ran).toEqual([]);
  }),
);
