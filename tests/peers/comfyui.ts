import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Act, json, type Peer, PICTURE, type Request, standUp } from './peer.ts';

/**
 * ComfyUI as server.py and execution.py of Comfy-Org/ComfyUI at a125cd84 have it: one queue, one job at a time,
 * a socket that tells its client alone. `older` does not take ids of others' choosing and interrupts whatever runs.
 */
type Prompt = Record<string, { class_type: string; inputs: Record<string, unknown> }>;
type Job = { number: number; id: string; prompt: Prompt; client_id: string; act: Act; authorization: string };
type Message = [string, Record<string, unknown>];

const NODES: Record<string, { steps?: true; saves?: true; needs: string[] }> = {
  CheckpointLoaderSimple: { needs: ['ckpt_name'] },
  CLIPTextEncode: { needs: ['text'] },
  EmptyLatentImage: { needs: ['width', 'height'] },
  KSampler: { steps: true, needs: ['seed', 'steps'] },
  VAEDecode: { needs: ['samples'] },
  SaveImage: { saves: true, needs: ['images'] },
  LoadImage: { needs: ['image'] },
};

export const WORKFLOW = {
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'model.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 1 } },
  '6': {
    class_type: 'CLIPTextEncode',
    inputs: { text: '', clip: ['4', 1] },
    _meta: { title: 'Reading the prompt' },
  },
  '3': {
    class_type: 'KSampler',
    inputs: { seed: 0, steps: 4, model: ['4', 0], positive: ['6', 0], latent_image: ['5', 0] },
    _meta: { title: 'Sampling' },
  },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { filename_prefix: 'out', images: ['8', 0] } },
};

export type ComfyPeer = Peer & {
  submit(prompt: Prompt): string;
  interruptions: (string | null)[];
  /** What was uploaded, by name. */
  uploads: Map<string, Uint8Array>;
};

export async function startComfyui(version: 'newer' | 'older' = 'newer'): Promise<ComfyPeer> {
  const pending: Job[] = [];
  const history = new Map<string, unknown>();
  const files = new Map<string, Uint8Array>();
  const uploads = new Map<string, Uint8Array>();
  const sockets = new Map<string, Socket>();
  const cached = new Set<string>();
  const stopped: string[] = [];
  const ran: unknown[] = [];
  const interruptions: (string | null)[] = [];
  let current: { job: Job; interrupt: AbortController } | null = null;
  let number = 0;
  const ground = await standUp(handle, connect);

  return {
    ...ground,
    url: ground.origin,
    ...{ stopped, ran, interruptions, uploads },
    submit: (prompt) => enqueue(prompt, 'a stranger', randomUUID(), { does: 'hangs' }, ''),
    async leave() {
      for (const socket of sockets.values()) socket.destroy();
      await ground.leave();
    },
  };

  async function handle(request: Request): Promise<void> {
    const { method, path, body, answer, query, authorization = '' } = request;
    const asked = (body ?? {}) as Record<string, unknown>;
    const [, past] = /^\/history\/([\w-]+)$/.exec(path) ?? [];
    if (method === 'POST' && path === '/prompt') return submit(asked, answer, authorization);
    if (past) return json(answer, 200, history.has(past) ? { [past]: history.get(past) } : {});
    if (path === '/queue' && method === 'GET') return json(answer, 200, queue());
    if (path === '/queue') return remove((asked.delete ?? []) as string[], answer);
    if (path === '/interrupt') return interrupt(asked.prompt_id, answer);
    if (path === '/system_stats')
      return json(answer, 200, {
        system: version === 'newer' ? { comfyui_version: '0.3.64' } : {},
        devices: [],
      });
    if (path === '/view') return view(query, answer);
    if (path === '/upload/image' && method === 'POST') return takeUpload(request);
    return json(answer, 404, {});
  }

  async function takeUpload({ raw, bytes, answer }: Request): Promise<void> {
    const headers = { 'content-type': raw.headers['content-type'] ?? '' };
    const image = (await new Response(bytes, { headers }).formData()).get('image');
    if (!(image instanceof File)) return void answer.writeHead(400).end();
    uploads.set(image.name, new Uint8Array(await image.arrayBuffer()));
    json(answer, 200, { name: image.name, subfolder: '', type: 'input' });
  }

  function submit(asked: Record<string, unknown>, answer: ServerResponse, authorization: string): void {
    const prompt = asked.prompt as Prompt;
    const refusal = faultsIn(prompt, uploads);
    if (refusal) return json(answer, 400, refusal);
    const act = ground.act();
    if (act.does === 'is busy') return json(answer, 503, {});
    if (act.does === 'sends elsewhere') return void answer.writeHead(307, { location: act.address }).end();
    if (act.does === 'answers garbage') return json(answer, 200, '<html>');
    const id = version === 'newer' && asked.prompt_id ? String(asked.prompt_id) : randomUUID();
    enqueue(prompt, String(asked.client_id), id, act, authorization);
    json(answer, 200, { prompt_id: id, number, node_errors: {} });
  }

  function enqueue(prompt: Prompt, client_id: string, id: string, act: Act, authorization: string): string {
    pending.push({ number: number++, id, prompt, client_id, act, authorization });
    void work();
    return id;
  }

  function queue() {
    const item = ({ number, id, prompt }: Job) => [number, id, prompt, {}, Object.keys(prompt)];
    return { queue_running: current ? [item(current.job)] : [], queue_pending: pending.map(item) };
  }

  function remove(ids: string[], answer: ServerResponse): void {
    for (const id of ids) {
      const at = pending.findIndex((job) => job.id === id);
      if (at >= 0) stopped.push(pending.splice(at, 1)[0]!.id);
    }
    answer.writeHead(200).end();
  }

  function interrupt(prompt_id: unknown, answer: ServerResponse): void {
    interruptions.push(typeof prompt_id === 'string' ? prompt_id : null);
    if (current && (version === 'older' || !prompt_id || current.job.id === prompt_id)) {
      stopped.push(current.job.id);
      current.interrupt.abort();
    }
    answer.writeHead(200).end();
  }

  function view(query: URLSearchParams, answer: ServerResponse): void {
    const file = files.get(query.get('filename') ?? '');
    if (!file) return void answer.writeHead(404).end();
    answer.writeHead(200, { 'content-type': 'image/png' }).end(file);
  }

  async function work(): Promise<void> {
    if (current) return;
    for (let job = pending.shift(); job; job = pending.shift()) {
      current = { job, interrupt: new AbortController() };
      if (job.act.does === 'dies') await sleep(20);
      else await execute(job, current.interrupt.signal);
      current = null;
    }
  }

  async function execute(job: Job, signal: AbortSignal): Promise<void> {
    const { id, prompt, act } = job;
    ran.push(prompt);
    const messages: Message[] = [];
    const tell = (type: string, data: Record<string, unknown>) => say(job, type, { ...data, prompt_id: id });
    const note = (type: string, data: Record<string, unknown>) => {
      messages.push([type, { ...data, prompt_id: id, timestamp: Date.now() }]);
      tell(type, data);
    };
    note('execution_start', {});
    const known = Object.keys(prompt).filter((node) => cached.has(keyOf(prompt, node)));
    note('execution_cached', { nodes: known });
    const outputs: Record<string, unknown> = {};
    for (const [node, { class_type, inputs }] of Object.entries(prompt)) {
      const kind = NODES[class_type]!;
      if (kind.saves) outputs[node] = { images: save(act) };
      if (known.includes(node)) continue;
      tell('executing', { node, display_node: node });
      if (kind.steps) await sample(job, node, Number(inputs.steps), signal);
      if (signal.aborted) {
        note('execution_interrupted', { node_id: node, node_type: class_type, executed: [] });
        return remember(id, 'error', messages, {});
      }
      if (kind.steps && (act.does === 'fails' || act.does === 'refuses for content')) {
        const said = act.does === 'fails' ? `${act.message} ${job.authorization}` : 'NSFW content detected';
        note('execution_error', {
          ...{ node_id: node, node_type: class_type, exception_message: said },
          ...{ exception_type: 'RuntimeError', traceback: ['  File "nodes.py"'] },
        });
        return remember(id, 'error', messages, {});
      }
      cached.add(keyOf(prompt, node));
      tell('executed', { node, display_node: node, output: outputs[node] ?? {} });
    }
    note('execution_success', {});
    remember(id, 'success', messages, outputs);
    tell('executing', { node: null });
  }

  async function sample(job: Job, node: string, steps: number, signal: AbortSignal): Promise<void> {
    const { act } = job;
    if (act.does === 'hangs') await sleep(60_000, undefined, { signal }).catch(() => {});
    const pause = act.does === 'succeeds' ? (act.step_ms ?? 5) : 5;
    for (let value = 1; value <= steps && !signal.aborted; value++) {
      await sleep(pause, undefined, { signal }).catch(() => {});
      say(job, 'progress', { value, max: steps, prompt_id: job.id, node });
      picture(job);
    }
  }

  function remember(
    id: string,
    status_str: string,
    messages: Message[],
    outputs: Record<string, unknown>,
  ): void {
    history.set(id, {
      ...{ prompt: [], outputs, meta: {} },
      status: { status_str, completed: status_str === 'success', messages },
    });
  }

  function save(act: Act): { filename: string; subfolder: string; type: string }[] {
    if (act.does === 'points to') return [{ filename: act.address, subfolder: '', type: 'output' }];
    const made = act.does === 'gives a file of' ? [Buffer.alloc(act.bytes, 1)] : undefined;
    const all: Uint8Array[] = made ?? (act.does === 'succeeds' ? act.files : undefined) ?? [PICTURE];
    return all.map((file) => {
      const filename = `out_${files.size}.png`;
      files.set(filename, file);
      return { filename, subfolder: '', type: 'output' };
    });
  }

  // the socket: a handshake and whole, unmasked frames -------------------------------------------------------

  function connect(request: IncomingMessage, socket: Socket): void {
    const id = new URL(request.url ?? '/', 'http://peer').searchParams.get('clientId') ?? '';
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sockets.set(id, socket);
    socket.on('data', () => {});
    socket.on('close', () => sockets.delete(id));
    socket.on('error', () => {});
    const { queue_running, queue_pending } = queue();
    const queue_remaining = queue_running.length + queue_pending.length;
    send(socket, TEXT, { type: 'status', data: { status: { exec_info: { queue_remaining } }, sid: id } });
  }

  function say({ client_id }: Job, type: string, data: Record<string, unknown>): void {
    const socket = sockets.get(client_id);
    if (socket) send(socket, TEXT, { type, data });
  }

  function picture({ client_id }: Job): void {
    const socket = sockets.get(client_id);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(1, 0); // a preview
    head.writeUInt32BE(2, 4); // in PNG
    if (socket) send(socket, BINARY, Buffer.concat([head, PICTURE]));
  }
}

const TEXT = 1;
const BINARY = 2;

function send(socket: Socket, kind: number, value: object): void {
  const payload = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  const length = payload.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | kind;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  if (!socket.destroyed) socket.write(Buffer.concat([head, payload]));
}

/** What a node makes depends on itself and on all before it. */
function keyOf(prompt: Prompt, node: string): string {
  const { class_type, inputs } = prompt[node]!;
  const parts = Object.values(inputs).map((input) =>
    Array.isArray(input) && typeof input[0] === 'string' && prompt[input[0]]
      ? keyOf(prompt, input[0])
      : input,
  );
  return JSON.stringify([class_type, parts]);
}

function faultsIn(prompt: Prompt | undefined, uploads: ReadonlyMap<string, unknown>): object | null {
  const refusal = (type: string, message: string, node_errors: object) => ({
    error: { type, message, details: '', extra_info: {} },
    node_errors,
  });
  if (!prompt) return refusal('no_prompt', 'No prompt provided', {});
  for (const [node, { class_type, inputs }] of Object.entries(prompt)) {
    const kind = NODES[class_type];
    if (!kind)
      return refusal('invalid_prompt', `Cannot execute because node ${class_type} does not exist.`, {});
    const missing = kind.needs.find((name) => !(name in inputs));
    const steps = Number(inputs.steps ?? 1);
    const unknown = class_type === 'LoadImage' && !uploads.has(String(inputs.image));
    if (!missing && !unknown && steps <= 50) continue;
    const error = unknown
      ? {
          type: 'custom_validation_failed',
          message: 'Custom validation failed for node',
          details: `image - Invalid image file: ${String(inputs.image)}`,
          extra_info: {},
        }
      : missing
        ? {
            type: 'required_input_missing',
            message: 'Required input is missing',
            details: missing,
            extra_info: {},
          }
        : {
            type: 'value_bigger_than_max',
            message: `Value ${steps} bigger than max of 50`,
            details: 'steps',
            extra_info: {},
          };
    return refusal('prompt_outputs_failed_validation', 'Prompt outputs failed validation', {
      [node]: { errors: [error], dependent_outputs: ['9'], class_type },
    });
  }
  return null;
}
