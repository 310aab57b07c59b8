import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openBench } from '../../../../../tests/peers/bench.ts';
import { startComfyui, WORKFLOW } from '../../../../../tests/peers/comfyui.ts';

const bind = { prompt: '6.inputs.text', seed: '3.inputs.seed' };
const binding = {
  ...{ kind: 'comfyui' as const, endpoint: 'painter', workflow: WORKFLOW, bind },
  output_nodes: ['9'],
};

describe.each(['newer', 'older'] as const)('a server that is %s', (version) => {
  let peer: Awaited<ReturnType<typeof startComfyui>>;
  let bench: ReturnType<typeof openBench>;
  beforeEach(async () => {
    peer = await startComfyui(version);
    bench = openBench(peer, binding);
  });
  afterEach(async () => {
    await bench.close();
    await peer.leave();
  });

  test('names the nodes as their author does while it works', async () => {
    const { result, events } = await bench.run({});
    expect(result).toMatchObject({ runtime: { version: version === 'newer' ? '0.3.64' : 'unknown' } });
    const labels = new Set(events.flatMap((event) => (event.type === 'progress' ? [event.label] : [])));
    expect([...labels]).toEqual(expect.arrayContaining(['Sampling', 'SaveImage']));
    expect(peer.ran[0]).toMatchObject({ '6': { inputs: { text: 'a boat' } }, '3': { inputs: { seed: 7 } } });
  });

  test('that knows it all from its cache is done at once', async () => {
    await bench.run({});
    const { result, events } = await bench.run({ generation_id: 'another' });
    expect(result).toMatchObject({ ok: true });
    expect(events).toContainEqual({ type: 'progress', step: 100, total: 100, label: 'Working' });
  });

  test('goes on with what strangers sent when ours is cancelled before its turn', async () => {
    const theirs = peer.submit(WORKFLOW);
    const abort = new AbortController();
    const running = bench.run({}, abort.signal);
    await vi.waitFor(async () =>
      expect(await bench.health()).toEqual({ state: 'busy', reason: '1 running and 1 waiting there' }),
    );
    abort.abort();
    expect((await running).result).toMatchObject({ code: 'cancelled' });
    expect(peer.stopped).toHaveLength(1);
    expect(peer.stopped).not.toContain(theirs);
    expect(peer.interruptions).toEqual([]);
  });

  test('is interrupted for ours only', async () => {
    peer.next({ does: 'hangs' });
    const abort = new AbortController();
    const running = bench.run({}, abort.signal);
    await vi.waitFor(() => expect(peer.ran).toHaveLength(1));
    abort.abort();
    await running;
    expect(peer.interruptions).toHaveLength(1);
    expect(peer.interruptions[0]).toBe(peer.stopped[0]);
  });

  test('says which node failed', async () => {
    peer.next({ does: 'fails', message: 'expected a tensor' });
    expect((await bench.run({})).result).toMatchObject({
      code: 'model_error',
      message: expect.stringMatching(/^KSampler: expected a tensor/),
    });
    peer.next({ does: 'fails', message: 'Allocation on device: out of memory' });
    expect((await bench.run({ attempt: 2 })).result).toMatchObject({ code: 'out_of_memory' });
  });
});

test('a try that was sent before is found again: made, waiting, or spoilt', async () => {
  const peer = await startComfyui();
  const bench = openBench(peer, binding);
  expect((await bench.run({})).result.ok).toBe(true);
  expect((await bench.run({})).result.ok).toBe(true);
  expect(peer.ran).toHaveLength(1);

  peer.next({ does: 'hangs' });
  const abort = new AbortController();
  const running = bench.run({ attempt: 2, seed: 8 }, abort.signal);
  await vi.waitFor(() => expect(peer.ran).toHaveLength(2));
  abort.abort();
  await running;
  expect((await bench.run({ attempt: 2, seed: 8 })).result.ok).toBe(true);
  expect(peer.ran).toHaveLength(3);
  await bench.close();
  await peer.leave();
});

test.each([
  [{ ...binding, bind: { prompt: '77.inputs.text' } }, 'model_error', /no node 77/],
  [{ ...binding, workflow: { nodes: [], links: [] } }, 'model_error', /not in the API format/],
  [{ ...binding, output_nodes: ['8'] }, 'output_rejected', /made nothing at the nodes/],
  [
    { ...binding, workflow: { ...WORKFLOW, '9': { class_type: 'SaveHologram', inputs: {} } } },
    'invalid_input',
    /node SaveHologram does not exist/,
  ],
])('a workflow that cannot work says why', async (broken, code, message) => {
  const peer = await startComfyui();
  const bench = openBench(peer, broken);
  expect((await bench.run({})).result).toMatchObject({ code, message: expect.stringMatching(message) });
  await bench.close();
  await peer.leave();
});
