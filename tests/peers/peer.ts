import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import sharp from 'sharp';

/**
 * What a peer does with the next job it is given; after the last of them it succeeds. A peer is a small
 * server that speaks as the real engine does, as far as we speak with it.
 */
export type Act =
  | { does: 'succeeds'; files?: Uint8Array[]; steps?: number; step_ms?: number; preview?: Uint8Array }
  /** Shows the same picture of it over and over, until it may end. */
  | { does: 'shows itself'; until: Promise<unknown> }
  | { does: 'fails'; message: string }
  /** Runs until it is told to stop. */
  | { does: 'hangs' }
  | { does: 'is busy' }
  | { does: 'refuses for content' }
  | { does: 'answers garbage' }
  | { does: 'gives a file of'; bytes: number }
  /** Says that its result lies there. */
  | { does: 'points to'; address: string }
  | { does: 'sends elsewhere'; address: string }
  /** Takes the job and loses it and the line. */
  | { does: 'dies' };

export type Seen = { method: string; path: string; body: unknown; authorization: string | undefined };

export type Peer = {
  /** With the path under which the interface lies. */
  url: string;
  next(...acts: Act[]): void;
  /** Every request, in order. */
  seen: Seen[];
  /** Ids of jobs that it was told to stop, and did. */
  stopped: string[];
  /** Inputs of jobs that it really ran. */
  ran: unknown[];
  /** Nobody answers at its address any more. */
  leave(): Promise<void>;
  /** Answers there again. */
  comeBack(): Promise<void>;
};

export const TOKEN = 'canary-4f1d0c7e-token';

export type Request = Seen & {
  raw: IncomingMessage;
  /** The body as it came. */
  bytes: Buffer<ArrayBuffer>;
  answer: ServerResponse;
  query: URLSearchParams;
};

/** The ground that peers stand on: requests are recorded, JSON is read, an unknown address is 404. */
export async function standUp(
  handle: (request: Request) => Promise<void> | void,
  upgrade?: (request: IncomingMessage, socket: Socket) => void,
) {
  const seen: Seen[] = [];
  const acts: Act[] = [];
  const open = new Set<Socket>();
  let server: Server;
  let port = 0;

  async function listen(): Promise<void> {
    server = createServer((raw, answer) => void respond(raw, answer));
    server.on('connection', (socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => {});
    });
    if (upgrade) server.on('upgrade', upgrade);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  }

  async function respond(raw: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(raw.url ?? '/', 'http://peer');
    const chunks: Buffer[] = [];
    for await (const chunk of raw) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const text = bytes.toString();
    const { method = 'GET' } = raw;
    const { authorization } = raw.headers;
    const noted = { method, path: pathname, body: text ? parsed(text) : undefined, authorization };
    seen.push(noted);
    await handle({ ...noted, raw, bytes, answer, query: searchParams });
  }

  await listen();
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    next: (...more: Act[]) => void acts.push(...more),
    act: (): Act => acts.shift() ?? { does: 'succeeds' },
    async leave() {
      for (const socket of open) socket.destroy();
      if (server.listening) await new Promise((closed) => server.close(closed));
    },
    comeBack: listen,
  };
}

export function json(
  answer: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  if (answer.destroyed) return;
  answer.writeHead(status, { 'content-type': 'application/json', ...headers });
  answer.end(typeof value === 'string' ? value : JSON.stringify(value));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What peers make: a picture with something on it, and with what cameras write into pictures. */
export const PICTURE = await sharp({
  create: {
    width: 96,
    height: 64,
    channels: 3,
    background: '#804020',
    noise: { type: 'gaussian', mean: 128, sigma: 40 },
  },
})
  .withExif({ IFD0: { Artist: 'canary-artist' } })
  .png()
  .toBuffer();

export const dataUrl = (bytes: Uint8Array, mime = 'image/png') =>
  `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`;

/** As tqdm draws it. */
export const bar = (step: number, total: number) =>
  `\r${String(Math.round((step / total) * 100)).padStart(3)}%|${'█'.repeat(step)}${' '.repeat(total - step)}| ${step}/${total} [00:0${step}<00:00,  1.00it/s]`;
