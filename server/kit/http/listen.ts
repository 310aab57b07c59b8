import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import { isEventStream, sendAway } from './event-stream.ts';

export type Answer = (req: IncomingMessage, res: ServerResponse) => Promise<void>;
export type Listener = { port: number; close(): Promise<void> };

/** Node's own defaults keep thousands of slow connections open; with these they are gone in seconds. */
const PATIENCE = {
  headersTimeout: 5_000,
  requestTimeout: 900_000, // for whom `grantTime` gave as much; all others have `REQUEST_MS`
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
};
/** How long a request may take to come in whole. */
const REQUEST_MS = 15_000;
const HEADER_BYTES_MAX = 16_384;
/** Each takes a file descriptor and, while it watches, some eighty kilobytes. */
const CONNECTIONS_MAX = 12_000;
const CLOSE_MS = 4_500;

export async function listen(options: {
  name: string;
  host: string;
  port: number;
  answer: Answer;
  log: Log;
}): Promise<Listener> {
  const { name, answer, log } = options;
  const open = new Set<ServerResponse>();
  const server = createServer({ ...PATIENCE, maxHeaderSize: HEADER_BYTES_MAX }, (req, res) => {
    open.add(res);
    res.once('close', () => open.delete(res));
    grantTime(req, REQUEST_MS);
    answer(req, res).catch((error: unknown) => {
      if (res.destroyed) return; // whoever asked has left
      log.error({ err: error, listener: name }, 'an answer broke');
      if (res.headersSent) res.destroy();
      else res.writeHead(500, { 'content-type': 'text/plain' }).end('Something broke on our side.\n');
    });
  });
  server.maxConnections = CONNECTIONS_MAX;
  const port = await opened(server, options);
  return { port, close: () => closed(server, open) };
}

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** Lets a request take this long, from now, to come in whole; a quarter of an hour at most. */
export function grantTime(req: IncomingMessage, ms: number): void {
  clearTimeout(timers.get(req));
  const timer = setTimeout(() => {
    if (!req.complete) req.socket.destroy();
  }, ms);
  timers.set(req, timer.unref());
  req.once('close', () => clearTimeout(timer));
}

function opened(
  server: Server,
  { name, host, port }: { name: string; host: string; port: number },
): Promise<number> {
  return new Promise((ready, failed) => {
    server.once('error', (error) => {
      const code = 'code' in error ? error.code : null;
      if (code === 'EADDRINUSE')
        failed(
          new Error(
            `port ${port} on ${host} is taken: stop what uses it, or choose another port for the ${name}`,
          ),
        );
      else if (code === 'EACCES')
        failed(
          new Error(`port ${port} may not be opened by this user: choose one above 1023 for the ${name}`),
        );
      else failed(error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      ready(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Whoever watches is sent away at once; all others get their answer, as long as it takes no longer than this. */
async function closed(server: Server, open: ReadonlySet<ServerResponse>): Promise<void> {
  const gone = new Promise<void>((done) => server.close(() => done()));
  for (const res of open) if (isEventStream(res)) sendAway(res);
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await gone;
  clearTimeout(force);
}

/** How others reach what listens here. */
export function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' || host === '' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
