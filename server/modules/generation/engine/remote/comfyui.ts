import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Binding } from '#api/registry/binding.ts';
import { type Call, type Dialect, type Made, stoppable } from './dialect.ts';
import type { Artifact } from './endpoint.ts';
import { listen } from './comfyui-socket.ts';
import type { Line } from './http.ts';
import { type ReadPicture, withPictures } from './pictures.ts';
import { OUTPUTS_MAX } from './outputs.ts';
import {
  away,
  invalidInput,
  modelError,
  outputRejected,
  policyBlocked,
  speaksOfPolicy,
  Trouble,
  troubleOf,
} from './trouble.ts';

type ComfyCall = Call<Extract<Binding, { kind: 'comfyui' }>>;
export type Workflow = Record<string, { class_type: string; inputs: Record<string, unknown>; title: string }>;

/** The socket says when it is over; this is for when it does not. */
const LOOK_EVERY_MS = 1_500;
const SILENCE_MS_MAX = 20_000;
const HISTORY_BYTES_MAX = 8_000_000;
const STOP_MS_MAX = 3_000;

const Accepted = z.object({ prompt_id: z.string().regex(/^[\w-]{1,100}$/) });
const Problem = z.object({ type: z.string().nullish(), message: z.string(), details: z.string().nullish() });
const Refusal = z.object({
  error: z.union([z.string().transform((message) => ({ message, details: '' })), Problem]),
  node_errors: z
    .record(z.string(), z.object({ class_type: z.string(), errors: z.array(Problem).min(1) }))
    .catch({}),
});
const File = z.object({
  filename: z.string().min(1).max(500),
  subfolder: z.string().max(500).default(''),
  type: z.string().max(20).default('output'),
});
const Past = z.object({
  outputs: z.record(z.string(), z.record(z.string(), z.unknown())).catch({}),
  status: z
    .object({
      status_str: z.string(),
      messages: z.array(z.tuple([z.string(), z.record(z.string(), z.unknown())])).catch([]),
    })
    .nullish(),
});
type Past = z.infer<typeof Past>;
const Waiting = z.object({
  queue_running: z.array(z.array(z.unknown())),
  queue_pending: z.array(z.array(z.unknown())),
});

export const comfyui: Dialect<ComfyCall['binding']> = {
  async make(ordered) {
    const call = await withPictures(ordered, upload);
    const { line, signal, tell, binding } = call;
    const workflow = bound(call);
    // whoever submits under a name of their own hears of nobody else's jobs
    const ears = listen(line, call.id, workflow, tell);
    const running = { prompt_id: call.id };
    try {
      const past = await stoppable(
        signal,
        () => stop(line, running.prompt_id),
        async () => {
          await ears.ready;
          const known = await standingOf(line, signal, call.id);
          // a name that an earlier sending spoilt is not used again
          if (known === 'over') running.prompt_id = await submit(call, workflow, undefined);
          else if (known === 'unknown') running.prompt_id = await submit(call, workflow, call.id);
          ears.follow(running.prompt_id);
          return ended(call, running.prompt_id, ears);
        },
      );
      tell.started();
      return await made(call, past, binding.output_nodes);
    } finally {
      ears.close();
    }
  },

  async health(line, signal) {
    const { running, pending } = await queueOf(line, signal);
    if (running.length + pending.length === 0) return { state: 'ready', reason: null };
    return { state: 'busy', reason: `${running.length} running and ${pending.length} waiting there` };
  },
};

const Uploaded = z.object({ name: z.string().min(1).max(500), subfolder: z.string().max(500).default('') });

/** Under the name of their bytes, so that the same picture lies there once; answers what a `LoadImage` is told. */
async function upload(
  pictures: readonly ReadPicture[],
  { line, signal }: ComfyCall,
): Promise<readonly string[]> {
  const places: string[] = [];
  for (const { bytes, mime, sha256, extension } of pictures) {
    const form = new FormData();
    form.set('image', new Blob([new Uint8Array(bytes)], { type: mime }), `${sha256}.${extension}`);
    form.set('overwrite', 'true');
    const { status, value } = await line.json('POST', 'upload/image', { form, signal });
    if (status !== 200) throw troubleOf(status, '');
    const uploaded = Uploaded.safeParse(value);
    if (!uploaded.success) throw modelError('the engine answered with something else than an upload');
    const { name, subfolder } = uploaded.data;
    places.push(subfolder ? `${subfolder}/${name}` : name);
  }
  return places;
}

const Node = z.looseObject({
  class_type: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  _meta: z.object({ title: z.string().optional() }).optional(),
});

/** The workflow of the release with our input at the places that its binding names. */
function bound({ binding, job }: ComfyCall): Workflow {
  const read = z.record(z.string(), Node).safeParse(binding.workflow);
  if (!read.success) throw modelError('the workflow of this release is not in the API format');
  const workflow: Workflow = Object.fromEntries(
    Object.entries(read.data).map(([id, { class_type, inputs, _meta }]) => [
      id,
      { class_type, inputs: structuredClone(inputs), title: _meta?.title ?? class_type },
    ]),
  );
  const input: Record<string, unknown> = { ...job.input, seed: job.seed };
  for (const [field, place] of Object.entries(binding.bind)) {
    if (!Object.hasOwn(input, field)) continue;
    const [node = '', , name = ''] = place.split('.');
    if (!Object.hasOwn(workflow, node)) throw modelError(`the workflow of this release has no node ${node}`);
    workflow[node]!.inputs[name] = input[field];
  }
  return workflow;
}

async function submit(
  { line, signal, id }: ComfyCall,
  workflow: Workflow,
  prompt_id: string | undefined,
): Promise<string> {
  const prompt = Object.fromEntries(
    Object.entries(workflow).map(([node, { class_type, inputs }]) => [node, { class_type, inputs }]),
  );
  const { status, value } = await line.json('POST', 'prompt', {
    body: { prompt, client_id: id, prompt_id },
    signal,
    answer_bytes_max: HISTORY_BYTES_MAX,
  });
  if (status !== 200) throw refused(line, status, value);
  const accepted = Accepted.safeParse(value);
  // older servers choose an id of their own
  if (!accepted.success)
    throw modelError('the engine answered with something else than a place in its queue');
  return accepted.data.prompt_id;
}

/** Names the first node that will not have it, as its author calls it. */
function refused(line: Line, status: number, value: unknown): Trouble {
  const refusal = Refusal.safeParse(value);
  if (status !== 400 || !refusal.success) return troubleOf(status, '');
  const { error, node_errors } = refusal.data;
  const node = Object.values(node_errors)[0];
  const [where, what] = node ? [`${node.class_type}: `, node.errors[0]!] : ['', error];
  return invalidInput(line.clean(`${where}${what.message}${what.details ? ` (${what.details})` : ''}`));
}

async function ended(
  { line, signal }: ComfyCall,
  prompt_id: string,
  ears: { changed(ms: number): Promise<void> },
): Promise<Past> {
  let silent_since = performance.now();
  for (let missed = 0; ;) {
    signal.throwIfAborted();
    try {
      const past = await pastOf(line, signal, prompt_id);
      if (past) return past;
      missed = (await isWaiting(line, signal, prompt_id)) ? 0 : missed + 1;
      silent_since = performance.now();
    } catch (error) {
      signal.throwIfAborted();
      const passing = error instanceof Trouble && error.failure.code === 'runner_unavailable';
      if (!passing || performance.now() - silent_since > SILENCE_MS_MAX) throw error;
      await sleep(LOOK_EVERY_MS, undefined, { signal });
      continue;
    }
    // between queue and history it is looked for once more
    if (missed >= 2) throw away('the engine lost the job');
    if (missed === 0) await Promise.race([ears.changed(LOOK_EVERY_MS), aborted(signal)]);
  }
}

async function pastOf(line: Line, signal: AbortSignal, prompt_id: string): Promise<Past | null> {
  const { status, value } = await line.json('GET', `history/${prompt_id}`, {
    signal,
    answer_bytes_max: HISTORY_BYTES_MAX,
  });
  if (status !== 200) throw troubleOf(status, '');
  const history = z.record(z.string(), z.unknown()).safeParse(value);
  if (!history.success) throw modelError('the engine answered with something else than its history');
  if (!Object.hasOwn(history.data, prompt_id)) return null;
  const past = Past.safeParse(history.data[prompt_id]);
  if (!past.success) throw modelError('the engine answered with something else than its history');
  return past.data;
}

async function queueOf(line: Line, signal: AbortSignal) {
  const { status, value } = await line.json('GET', 'queue', { signal, answer_bytes_max: HISTORY_BYTES_MAX });
  if (status !== 200) throw troubleOf(status, '');
  const waiting = Waiting.safeParse(value);
  if (!waiting.success) throw away('what answers there is not ComfyUI');
  // an item is [number, prompt id, prompt, …]
  const ids = (items: unknown[][]) => items.map((item) => item[1]);
  return { running: ids(waiting.data.queue_running), pending: ids(waiting.data.queue_pending) };
}

async function isWaiting(line: Line, signal: AbortSignal, prompt_id: string): Promise<boolean> {
  const { running, pending } = await queueOf(line, signal);
  return running.includes(prompt_id) || pending.includes(prompt_id);
}

/** What became of an earlier sending of the same try, if there was one. */
async function standingOf(line: Line, signal: AbortSignal, prompt_id: string) {
  if (await isWaiting(line, signal, prompt_id)) return 'waiting';
  const past = await pastOf(line, signal, prompt_id);
  if (!past) return 'unknown';
  return past.status && past.status.status_str !== 'success' ? 'over' : 'made';
}

async function made(call: ComfyCall, past: Past, output_nodes: readonly string[]): Promise<Made> {
  const { line, signal, job } = call;
  if (past.status && past.status.status_str !== 'success') throw failure(line, past);
  const files = output_nodes.flatMap((node) => filesIn(past.outputs[node]));
  if (files.length === 0)
    throw outputRejected('the workflow made nothing at the nodes that the release names');
  if (files.length > OUTPUTS_MAX)
    throw outputRejected(`the workflow made ${files.length} files, at most ${OUTPUTS_MAX} are taken`);
  const artifacts: Artifact[] = [];
  let left = job.limits.output_bytes_max;
  for (const file of files) {
    const artifact = await line.fetchOutput(`view?${new URLSearchParams(file)}`, { signal, bytes_max: left });
    left -= artifact.bytes.byteLength;
    artifacts.push(artifact);
  }
  return {
    artifacts,
    inference_ms: spanOf(past),
    runtime: { name: 'comfyui', version: await versionOf(line, signal) },
  };
}

const Stats = z.object({ system: z.object({ comfyui_version: z.string() }) });

/** Older servers do not say it. */
async function versionOf(line: Line, signal: AbortSignal): Promise<string> {
  const answer = await line.json('GET', 'system_stats', { signal }).catch(() => null);
  const stats = Stats.safeParse(answer?.value);
  return stats.success ? line.clean(stats.data.system.comfyui_version).slice(0, 40) : 'unknown';
}

/** Pictures, films and sounds stand in lists under names of the nodes' own choosing. */
function filesIn(output: Record<string, unknown> | undefined): z.infer<typeof File>[] {
  return Object.values(output ?? {}).flatMap((list) =>
    (Array.isArray(list) ? list : []).flatMap((item) => {
      const file = File.safeParse(item);
      return file.success ? [file.data] : [];
    }),
  );
}

function failure(line: Line, { status }: Past): Trouble {
  const [, error] = status?.messages.find(([event]) => event === 'execution_error') ?? [];
  if (!error) return new Trouble('model_error', 'the engine stopped by itself', true);
  const said = `${String(error.exception_type)} ${String(error.exception_message)}`;
  if (/out ?of ?memory/i.test(said)) return new Trouble('out_of_memory', 'the workflow ran out of memory');
  if (speaksOfPolicy(said)) return policyBlocked();
  return modelError(line.clean(`${String(error.node_type)}: ${String(error.exception_message)}`));
}

function spanOf({ status }: Past): number | null {
  const at = (event: string) => status?.messages.find(([name]) => name === event)?.[1].timestamp;
  const [from, to] = [at('execution_start'), at('execution_success')];
  return typeof from === 'number' && typeof to === 'number' && to >= from ? to - from : null;
}

/**
 * Older servers do not know a targeted interrupt and stop whatever runs: so it is sent only while ours does,
 * with our id, which is all that newer ones stop.
 */
async function stop(line: Line, prompt_id: string): Promise<void> {
  const signal = AbortSignal.timeout(STOP_MS_MAX);
  await line.json('POST', 'queue', { body: { delete: [prompt_id] }, signal });
  const { running } = await queueOf(line, signal);
  if (running.includes(prompt_id)) await line.json('POST', 'interrupt', { body: { prompt_id }, signal });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
