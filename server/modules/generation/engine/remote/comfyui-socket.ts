import * as z from 'zod';
import type { Workflow } from './comfyui.ts';
import type { Tell } from './dialect.ts';
import type { Artifact } from './endpoint.ts';
import type { Line } from './http.ts';

const OPEN_MS_MAX = 3_000;
const FRAME_BYTES_MAX = 4_000_000;
/** Binary frames begin with what they are: 1 is a picture, and then 1 is JPEG and 2 is PNG. */
const PREVIEW = 1;
const MIME = ['', 'image/jpeg', 'image/png'];

const Message = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()).catch({}) });
type Said = z.infer<typeof Message>;
const ENDINGS = new Set(['execution_success', 'execution_error', 'execution_interrupted']);

export type Ears = {
  /** The socket is open, or it is done without. */
  ready: Promise<void>;
  follow(prompt_id: string): void;
  /** Something was said that may be the end, or so much time has passed. */
  changed(ms: number): Promise<void>;
  close(): void;
};

/** What ComfyUI tells on its way: which node runs, how far it is, and how it looks. None of it decides anything. */
export function listen(line: Line, client_id: string, workflow: Workflow, tell: Tell): Ears {
  const { url, headers } = line.socket(`ws?clientId=${client_id}`);
  // Node's takes headers, a browser's does not
  const socket: WebSocket = Reflect.construct(WebSocket, [url, { headers }]);
  socket.binaryType = 'arraybuffer';
  const progress = progressOver(workflow, line, tell);
  const change = bell();
  let followed: string | null = null;
  const early: Said[] = [];

  function hear(message: Said): void {
    const { type, data } = message;
    // what is said before we know our own number is kept until we do
    if (followed === null) return void (early.length < 1000 && early.push(message));
    if (data.prompt_id !== followed) return;
    progress(type, data);
    if (ENDINGS.has(type) || (type === 'executing' && data.node === null)) change.ring();
  }

  socket.addEventListener('message', ({ data }) => {
    const picture = data instanceof ArrayBuffer ? pictureIn(data) : null;
    if (picture) tell.preview(picture);
    const message = typeof data === 'string' && data.length < FRAME_BYTES_MAX ? parse(data) : null;
    if (message) hear(message);
  });
  socket.addEventListener('close', change.ring);
  socket.addEventListener('error', change.ring);

  return {
    ready: whenOpen(socket),
    follow(prompt_id) {
      followed = prompt_id;
      for (const message of early.splice(0)) hear(message);
    },
    changed: change.heard,
    close: () => socket.close(),
  };
}

function whenOpen(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, OPEN_MS_MAX);
    const go = () => {
      clearTimeout(patience);
      resolve();
    };
    socket.addEventListener('open', go);
    socket.addEventListener('error', go);
  });
}

/** What rang while nobody waited for it was heard all the same: the next who does need not wait. */
function bell() {
  let missed = false;
  const nobody = () => {
    missed = true;
  };
  let wake = nobody;
  return {
    ring: () => wake(),
    /** It rang, or so much time has passed. */
    heard: (ms: number) =>
      new Promise<void>((resolve) => {
        const go = () => {
          clearTimeout(patience);
          wake = nobody;
          missed = false;
          resolve();
        };
        const patience = setTimeout(go, ms);
        wake = go;
        if (missed) go();
      }),
  };
}

function pictureIn(frame: ArrayBuffer): Artifact | null {
  if (frame.byteLength < 9 || frame.byteLength > FRAME_BYTES_MAX) return null;
  const view = new DataView(frame);
  const mime = MIME[view.getUint32(4)];
  return view.getUint32(0) === PREVIEW && mime ? { mime, bytes: new Uint8Array(frame, 8) } : null;
}

/** How much of the workflow is done, in hundredths; a node found in the cache is done. */
function progressOver(workflow: Workflow, line: Line, tell: Tell) {
  const done = new Set<string>();
  const total = Object.keys(workflow).length;
  let current: string | null = null;
  let furthest = 0;
  const show = (fraction: number) => {
    const step = Math.min(100, Math.round(((done.size + fraction) / total) * 100));
    const label = current === null ? 'Working' : line.clean(workflow[current]?.title ?? 'Working');
    if (step < furthest) return;
    furthest = step;
    tell.progress(step, 100, label.slice(0, 60));
  };
  const finish = (node: unknown) => {
    if (typeof node === 'string' && Object.hasOwn(workflow, node)) done.add(node);
  };

  return (type: string, data: Record<string, unknown>): void => {
    if (type === 'execution_start') tell.started();
    if (type === 'execution_cached' && Array.isArray(data.nodes)) {
      for (const node of data.nodes) finish(node);
      if (data.nodes.length > 0) show(0);
    }
    if (type === 'executing') {
      finish(current);
      current = typeof data.node === 'string' && Object.hasOwn(workflow, data.node) ? data.node : null;
      show(0);
    }
    if (type === 'executed') finish(data.node);
    if (type === 'progress' && typeof data.value === 'number' && typeof data.max === 'number' && data.max > 0)
      show(Math.min(1, data.value / data.max));
  };
}

function parse(text: string): Said | null {
  try {
    return Message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
