import { inspect } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Binding } from '#api/registry/binding.ts';
import { startCog } from '../../../../../tests/peers/cog.ts';
import { startComfyui, WORKFLOW } from '../../../../../tests/peers/comfyui.ts';
import { startOpenaiImages } from '../../../../../tests/peers/openai-images.ts';
import { type Peer, standUp, TOKEN } from '../../../../../tests/peers/peer.ts';
import { startReplicate } from '../../../../../tests/peers/replicate.ts';
import { finish, glance } from '../../desk/child/finish.ts';
import { Refusal } from '../refusal.ts';
import type { EngineEvent, EngineJob, EngineResult, MediaOutput } from '../types.ts';
import type { Endpoint } from './endpoint.ts';
import type { Finishing } from './finishing.ts';
import { createOutside, type Outside } from './outside.ts';

vi.setConfig({ testTimeout: 20_000 });

type Bound = Extract<Binding, { endpoint: string }>;
type Engine = {
  start: () => Promise<Peer>;
  binding: Bound;
  tells: { progress: boolean; previews: boolean; logs: boolean };
  /** A server in Python cannot be told to stop: it does not listen before the end. */
  stops?: false;
  /** It is asked for its health first, and looks at the input before it has a slot. */
  input_refused: RegExp;
};

const endpoint = 'painter';
const bind = {
  prompt: '6.inputs.text',
  steps: '3.inputs.steps',
  seed: '3.inputs.seed',
  width: '5.inputs.width',
};
const cog: Bound = { kind: 'cog', endpoint, rename: { height: '' } };
const comfyui: Bound = { kind: 'comfyui', endpoint, workflow: WORKFLOW, bind, output_nodes: ['9'] };
const openai = (model: string): Bound => ({ kind: 'openai-images', endpoint, model });
const everything = { progress: true, previews: true, logs: true };
const nothing = { progress: false, previews: false, logs: false };

const ENGINES: Record<string, Engine> = {
  'Cog (coglet)': {
    start: () => startCog('coglet'),
    binding: cog,
    tells: { progress: true, previews: false, logs: true },
    input_refused: /^steps: ensure this value/,
  },
  'Cog (coglet, streaming)': {
    start: () => startCog('coglet, streaming'),
    binding: cog,
    tells: everything,
    input_refused: /^steps: ensure this value/,
  },
  'Cog (Python, 0.9)': {
    start: () => startCog('python'),
    binding: cog,
    tells: nothing,
    stops: false,
    input_refused: /^steps: ensure this value/,
  },
  ComfyUI: {
    start: () => startComfyui('newer'),
    binding: comfyui,
    tells: { progress: true, previews: true, logs: false },
    input_refused: /^KSampler: Value 99 bigger than max of 50 \(steps\)/,
  },
  'ComfyUI (older)': {
    start: () => startComfyui('older'),
    binding: comfyui,
    tells: { progress: true, previews: true, logs: false },
    input_refused: /^KSampler: Value 99 bigger/,
  },
  'OpenAI images': {
    start: startOpenaiImages,
    binding: openai('painter-1'),
    tells: nothing,
    input_refused: /^size: Invalid value/,
  },
  'OpenAI images (streaming)': {
    start: startOpenaiImages,
    binding: openai('gpt-image-1'),
    tells: { progress: true, previews: true, logs: false },
    input_refused: /^size: Invalid value/,
  },
  Replicate: {
    start: startReplicate,
    binding: { kind: 'replicate', endpoint, model: 'peer/painter', rename: { height: '' } },
    tells: { progress: true, previews: false, logs: true },
    input_refused: /^- input\.steps: Must be less/,
  },
};

/** The work of the desk without its process: what is told apart here is what the engines say. */
const finishing: Finishing = {
  async finish(artifacts, { release, limits }) {
    const { output_bytes_max } = limits;
    return finish({ modality: release.modality, artifacts, output_bytes_max }).catch((error) => {
      if (error instanceof Refusal) return error.failure;
      throw error;
    });
  },
  preview: (artifact) => glance(artifact).catch(() => null),
};

const logged: string[] = [];
let jobs = 0;

describe.each(Object.entries(ENGINES))('%s', (_name, { start, binding, tells, stops, input_refused }) => {
  let peer: Peer;
  let outside: Outside;
  beforeAll(async () => {
    peer = await start();
    const listed: Endpoint = {
      ...{ name: endpoint, kind: binding.kind, url: peer.url, token: () => TOKEN },
      ...{ slots: 1, wall_ms_max: null, output_hosts: [] },
    };
    outside = createOutside({
      ...{ endpoints: [listed], finishing, rest_ms: 0 },
      log: (line) => logged.push(line),
    });
  });
  afterAll(async () => {
    await outside.engine.close();
    await peer.leave();
  });

  const jobFor = (changes: Partial<EngineJob> & { input?: Record<string, unknown> } = {}): EngineJob => ({
    generation_id: `generation-${(jobs += 1)}`,
    attempt: 1,
    release: { binding, slug: 'painter', modality: 'image', files: [] },
    seed: jobs,
    limits: { wall_ms_max: 5_000, memory_bytes_max: 1e9, output_bytes_max: 2_000_000 },
    ...changes,
    input: { prompt: 'a boat', width: 96, height: 64, steps: 4, ...changes.input },
  });

  async function run(job: EngineJob, signal?: AbortSignal) {
    const events: EngineEvent[] = [];
    const result = await outside.engine.run(job, {
      signal: signal ?? new AbortController().signal,
      onEvent: (event) => events.push(event),
    });
    expect(inspect([result, events], { depth: 8 })).not.toContain(TOKEN);
    return { result, events };
  }
  const outputsOf = (result: EngineResult): MediaOutput[] => {
    if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
    return result.outputs;
  };
  const expectFailure = async (job: EngineJob, expected: object) => {
    expect((await run(job)).result).toMatchObject({ ok: false, ...expected });
  };
  const settled = () => vi.waitFor(async () => expect((await outside.health(endpoint)).state).toBe('ready'));

  test('makes a picture, which is made anew before anybody sees it', async () => {
    const { result } = await run(jobFor());
    const [picture] = outputsOf(result) as [MediaOutput];
    expect(picture).toMatchObject({ role: 'primary', mime: 'image/webp', width: 96, height: 64 });
    expect(picture.thumbhash).toMatch(/^[A-Za-z0-9+/]{20,}=*$/);
    expect(Buffer.from(picture.bytes).toString('latin1')).not.toContain('canary-artist');
    expect(await sharp(picture.bytes).metadata()).toMatchObject({ format: 'webp', width: 96 });
    expect(result).toMatchObject({ runtime: { provider: binding.kind } });
  });

  test('gives it the prompt and what else was asked for', async () => {
    const job = jobFor({ input: { prompt: 'a lighthouse at dusk' } });
    await run(job);
    const ran = JSON.stringify(peer.ran.at(-1));
    expect(ran).toContain('a lighthouse at dusk');
    if (binding.kind !== 'openai-images') expect(ran).toContain(`"seed":${job.seed}`);
  });

  test('tells how it goes', async () => {
    peer.next({ does: 'succeeds', step_ms: tells.logs && binding.kind === 'cog' ? 320 : 60 });
    const { events } = await run(jobFor());
    expect(events[0]).toEqual({ type: 'started' });
    expect(events.filter(({ type }) => type === 'started')).toHaveLength(1);
    const of = (type: string) => events.filter((event) => event.type === type).length;
    expect(of('progress') > 0).toBe(tells.progress);
    expect(of('preview') > 0).toBe(tells.previews);
    expect(of('log') > 0).toBe(tells.logs);
    const shares = events.flatMap((event) => (event.type === 'progress' ? [event.step / event.total] : []));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    for (const event of events)
      if (event.type === 'preview') expect((await sharp(event.bytes).metadata()).format).toBe('webp');
  });

  test('shows no preview that is empty or too large, and goes on', async () => {
    for (const preview of [Buffer.alloc(0), Buffer.alloc(4_100_000, 1)]) {
      peer.next({ does: 'succeeds', preview });
      const limits = { wall_ms_max: 5_000, memory_bytes_max: 1e9, output_bytes_max: 8_000_000 };
      const { result, events } = await run(jobFor({ limits }));
      outputsOf(result);
      if (binding.kind !== 'comfyui') expect(events.filter(({ type }) => type === 'preview')).toEqual([]);
    }
  });

  test('is told to stop when the payer cancels', async () => {
    peer.next({ does: 'hangs' });
    const abort = new AbortController();
    const before = peer.ran.length;
    const running = run(jobFor(), abort.signal);
    await vi.waitFor(() => expect(peer.ran.length).toBe(before + 1));
    await sleep(20);
    abort.abort();
    expect((await running).result).toMatchObject({ ok: false, code: 'cancelled' });
    if (stops === false) return restarted();
    await vi.waitFor(() => expect(peer.stopped.length).toBeGreaterThan(0));
    await settled();
  });

  test('is told to stop at the deadline', async () => {
    peer.next({ does: 'hangs' });
    const stopped = peer.stopped.length;
    const limits = { wall_ms_max: 300, memory_bytes_max: 1e9, output_bytes_max: 1e6 };
    await expectFailure(jobFor({ limits }), {
      code: 'timeout',
      message: 'took longer than 300 ms',
      retryable: false,
    });
    if (stops === false) return restarted();
    await vi.waitFor(() => expect(peer.stopped.length).toBe(stopped + 1));
    await settled();
  });

  /** As its operator would: the server forgets what it ran. */
  async function restarted() {
    await peer.leave();
    await peer.comeBack();
    await settled();
  }

  test('that is busy is asked again later', async () => {
    peer.next({ does: 'is busy' });
    await expectFailure(jobFor(), { code: 'runner_unavailable', retryable: true });
  });

  test('that refuses the input says which field', async () => {
    await expectFailure(jobFor({ input: { steps: 99, width: 97 } }), {
      code: 'invalid_input',
      message: expect.stringMatching(input_refused),
      retryable: false,
    });
  });

  test('whose model fails says why, and not with whose token', async () => {
    peer.next({ does: 'fails', message: 'CUDA error: an illegal memory access was encountered\n\n' });
    const { result } = await run(jobFor());
    expect(result).toMatchObject({ ok: false, code: 'model_error' });
    expect(!result.ok && result.message).toMatch(/illegal memory access/);
    expect(!result.ok && result.message.length).toBeLessThan(301);
  });

  test('that will not make such a thing blocks it', async () => {
    peer.next({ does: 'refuses for content' });
    await expectFailure(jobFor(), { code: 'policy_blocked', retryable: false });
  });

  test('that makes more than it may is rejected', async () => {
    peer.next({ does: 'gives a file of', bytes: 6_000_000 });
    await expectFailure(jobFor(), { code: 'output_rejected', retryable: false });
  });

  test('that makes no picture is rejected', async () => {
    peer.next({ does: 'gives a file of', bytes: 600 });
    await expectFailure(jobFor(), { code: 'output_rejected', retryable: false });
    const bomb = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    );
    peer.next({ does: 'succeeds', files: [bomb] });
    await expectFailure(jobFor(), { code: 'output_rejected' });
    const blank = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    peer.next({ does: 'succeeds', files: [blank] });
    await expectFailure(jobFor(), { code: 'output_rejected' });
  });

  test('that answers garbage fails', async () => {
    peer.next({ does: 'answers garbage' });
    await expectFailure(jobFor(), { code: 'model_error', retryable: false });
  });

  test('leads us nowhere else', async () => {
    const trap = await startReplicate();
    const elsewhere = trap.url.replace('/v1', '/files/0');
    peer.next({ does: 'sends elsewhere', address: elsewhere });
    await expectFailure(jobFor(), { code: 'runner_unavailable' });
    for (const address of [elsewhere, 'file:///etc/passwd', '/etc/passwd', 'http://[::1]:1/x']) {
      peer.next({ does: 'points to', address });
      const { result } = await run(jobFor());
      // a workflow names files, not addresses: its server has none of that name
      if (binding.kind !== 'openai-images' || !binding.model.startsWith('gpt'))
        expect(result).toMatchObject({ ok: false });
    }
    expect(trap.seen).toEqual([]);
    await trap.leave();
  });

  test('that went away is waited for', async () => {
    peer.next({ does: 'dies' });
    await expectFailure(
      jobFor({ limits: { wall_ms_max: 30_000, memory_bytes_max: 1e9, output_bytes_max: 1e6 } }),
      {
        code: 'runner_unavailable',
        retryable: true,
      },
    );
    await peer.leave();
    await expectFailure(jobFor(), { code: 'runner_unavailable', retryable: true });
    expect(await outside.health(endpoint)).toMatchObject({ state: 'down' });
    await peer.comeBack();
    await settled();
    expect((await run(jobFor())).result).toMatchObject({ ok: true });
  });

  test('gets our token, and nobody else does', () => {
    expect(peer.seen.every(({ authorization }) => authorization === `Bearer ${TOKEN}`)).toBe(true);
    expect(logged.join('\n')).not.toContain(TOKEN);
  });
});

test('a job for an endpoint that is not listed waits', async () => {
  const outside = createOutside({ endpoints: [], finishing });
  const release = { binding: cog, slug: 'painter', modality: 'image' as const, files: [] };
  const limits = { wall_ms_max: 1000, memory_bytes_max: 1, output_bytes_max: 1 };
  const job = { generation_id: 'g', release, input: {}, seed: 1, limits };
  expect(await outside.engine.run(job, { signal: new AbortController().signal, onEvent() {} })).toMatchObject(
    {
      code: 'runner_unavailable',
      retryable: true,
    },
  );
});

test('whatever a server answers, the run ends in time and has a name', async () => {
  const nasty = [
    'null',
    '[]',
    '{}',
    '"text"',
    '{"status":"succeeded"}',
    '{"status":"succeeded","output":{"a":{"b":{"c":{"d":"e"}}}}}',
    '{"status":"READY","version":{"coglet":"9"}}',
    '{"id":"../../admin","status":"starting","urls":{"get":"file:///etc/passwd"}}',
    '{"id":"abc","status":"processing","logs":"999%|x|"}',
    '{"data":[{"b64_json":"!!!!"}]}',
    '{"data":[{"url":"javascript:alert(1)"}]}',
    '{"prompt_id":"__proto__"}',
    '{"__proto__":{"outputs":{"9":{"images":[{"filename":"x"}]}}}}',
    '{"queue_running":[[1]],"queue_pending":[]}',
    '{"error":{"message":null},"node_errors":{"9":{}}}',
    `{"output":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    '\u0000\u0001',
    '',
  ];
  const statuses = [200, 201, 202, 204, 301, 400, 404, 406, 418, 422, 500, 503];
  let turn = 0;
  const ground = await standUp(({ answer }) => {
    turn += 1;
    const type = turn % 5 === 0 ? 'text/event-stream' : 'application/json';
    const status = turn % 3 === 0 ? statuses[turn % statuses.length]! : 200;
    const body = nasty[(turn * 7) % nasty.length]!;
    answer.writeHead(status, { 'content-type': type }).end(turn % 5 === 0 ? `data: ${body}\n\n` : body);
  });
  const names = new Set<string>();
  for (const { binding } of Object.values(ENGINES)) {
    const listed: Endpoint = {
      ...{ name: endpoint, kind: binding.kind, url: ground.origin, token: null },
      ...{ slots: 1, wall_ms_max: 250, output_hosts: [] },
    };
    const outside = createOutside({ endpoints: [listed], finishing, rest_ms: 0 });
    for (let n = 0; n < nasty.length; n++) {
      const release = { binding, slug: 'painter', modality: 'image' as const, files: [] };
      const limits = { wall_ms_max: 250, memory_bytes_max: 1e9, output_bytes_max: 1e6 };
      const job = { generation_id: `g${n}`, release, input: { prompt: 'x' }, seed: n, limits };
      const result = await outside.engine.run(job, { signal: new AbortController().signal, onEvent() {} });
      expect(result.ok).toBe(false);
      if (!result.ok) names.add(result.code);
    }
    await outside.engine.close();
  }
  await ground.leave();
  expect(names.size).toBeGreaterThan(3);
});

test('a slot rests when its engine is away, and hears that it is called off', async () => {
  const said: string[] = [];
  const listed: Endpoint = {
    ...{ name: endpoint, kind: 'cog', url: 'http://127.0.0.1:9', token: null },
    ...{ slots: 1, wall_ms_max: null, output_hosts: [] },
  };
  const outside = createOutside({
    ...{ endpoints: [listed], finishing, rest_ms: 200 },
    log: (line) => said.push(line),
  });
  const release = { binding: cog, slug: 'painter', modality: 'image' as const, files: [] };
  const limits = { wall_ms_max: 1000, memory_bytes_max: 1, output_bytes_max: 1e6 };
  const job = { generation_id: 'g', release, input: { prompt: 'x' }, seed: 1, limits };
  const began = performance.now();
  const run = (signal: AbortSignal) => outside.engine.run(job, { signal, onEvent() {} });
  expect(await run(new AbortController().signal)).toMatchObject({ code: 'runner_unavailable' });
  expect(performance.now() - began).toBeGreaterThan(190);
  expect(await run(AbortSignal.timeout(80))).toMatchObject({ code: 'cancelled' });
  expect(said).toEqual(['painter: the engine cannot be reached']);
  await outside.engine.close();
});
