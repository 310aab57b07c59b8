import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Artifact, Endpoint } from './endpoint.ts';
import { away, outputRejected, Trouble } from './trouble.ts';

const CONNECT_MS_MAX = 5_000;
/** For what is answered at once; what is held open has the run's own deadline. */
const ANSWER_MS_MAX = 15_000;
const ANSWER_BYTES_MAX = 4_000_000;
const REDIRECTS_MAX = 3;
const TEXT_MAX = 300;

type Ask = {
  body?: unknown;
  headers?: Record<string, string>;
  signal: AbortSignal;
  /** held open until the run's own deadline */
  held?: boolean;
  answer_bytes_max?: number;
};

export type JsonAnswer = { status: number; headers: IncomingHttpHeaders; value: unknown };

/** The line to one endpoint. All that leaves for it and comes from it passes here, within limits. */
export type Line = {
  /** A JSON value there, a JSON value back; `value` is undefined where the answer is none. */
  json(method: string, path: string, ask: Ask): Promise<JsonAnswer>;
  /** The same with the answer as it comes. */
  open(method: string, path: string, ask: Ask): Promise<IncomingMessage>;
  /** The JSON value in an answer that was opened. */
  read(answer: IncomingMessage, bytes_max?: number): Promise<unknown>;
  /** Fetches a result by its address: from the endpoint itself or a host that its operator listed. */
  fetchOutput(address: string, limits: { signal: AbortSignal; bytes_max: number }): Promise<Artifact>;
  /** The address of a web socket at the endpoint, and what to say there. */
  socket(path: string): { url: URL; headers: Record<string, string> };
  /** What an endpoint says, fit to be shown: short, plain, and without our token should it echo it. */
  clean(text: unknown): string;
  close(): void;
};

export function openLine(endpoint: Endpoint): Line {
  const base = new URL(`${endpoint.url}/`);
  const secure = base.protocol === 'https:';
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: endpoint.slots * 4 + 4 }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: endpoint.slots * 4 + 4 }),
  };
  const authorization = (): Record<string, string> =>
    endpoint.token ? { authorization: `Bearer ${endpoint.token()}` } : {};

  function send(method: string, url: URL, ask: Omit<Ask, 'held'>): Promise<IncomingMessage> {
    const body = ask.body === undefined ? null : Buffer.from(JSON.stringify(ask.body));
    const { protocol } = url;
    if (protocol !== 'http:' && protocol !== 'https:') throw outputRejected('an address that is not http');
    return new Promise((resolve, reject) => {
      const request = (protocol === 'https:' ? https : http).request(url, {
        method,
        agent: agents[protocol],
        signal: ask.signal,
        headers: {
          accept: 'application/json',
          'accept-encoding': 'identity',
          ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
          // our token is for the endpoint alone
          ...(url.origin === base.origin && authorization()),
          ...ask.headers,
        },
      });
      const slow = setTimeout(() => request.destroy(new Error('no connection')), CONNECT_MS_MAX);
      request.on('socket', (socket) => {
        const there = () => clearTimeout(slow);
        if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', there);
        else there();
      });
      request.on('response', resolve);
      request.on('error', reject);
      request.on('close', () => clearTimeout(slow));
      request.end(body);
    });
  }

  async function open(method: string, path: string, ask: Ask): Promise<IncomingMessage> {
    const { held = false, ...rest } = ask;
    const patience = AbortSignal.timeout(ANSWER_MS_MAX);
    const signal = held ? ask.signal : AbortSignal.any([ask.signal, patience]);
    try {
      return await send(method, new URL(path, base), { ...rest, signal });
    } catch (error) {
      if (error instanceof Trouble) throw error;
      ask.signal.throwIfAborted();
      throw away(patience.aborted && !held ? 'the engine does not answer' : 'the engine cannot be reached');
    }
  }

  async function collect(answer: IncomingMessage, bytes_max: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      if (answer.headers['content-encoding'] && answer.headers['content-encoding'] !== 'identity')
        throw outputRejected('the engine answers in a packed form that was not asked for');
      for await (const chunk of answer) {
        bytes += chunk.length;
        if (bytes > bytes_max) throw outputRejected(`more than ${bytes_max} bytes from the engine`);
        chunks.push(chunk);
      }
    } catch (error) {
      answer.destroy();
      if (error instanceof Trouble) throw error;
      throw away('the connection to the engine broke');
    }
    return Buffer.concat(chunks);
  }

  async function read(answer: IncomingMessage, bytes_max = ANSWER_BYTES_MAX): Promise<unknown> {
    return parsed((await collect(answer, bytes_max)).toString('utf8'));
  }

  return {
    open,
    read,
    async json(method, path, ask) {
      const answer = await open(method, path, ask);
      try {
        const value = await read(answer, ask.answer_bytes_max);
        return { status: answer.statusCode ?? 0, headers: answer.headers, value };
      } catch (error) {
        ask.signal.throwIfAborted();
        throw error;
      }
    },
    async fetchOutput(address, { signal, bytes_max }) {
      let url = URL.parse(address, base);
      for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
        if (!url || !mayFetch(url, base, endpoint.output_hosts))
          throw outputRejected('the result lies on a host that is not one of the engine’s');
        const answer = await send('GET', url, { signal, headers: { accept: '*/*' } }).catch((error) => {
          signal.throwIfAborted();
          throw error instanceof Trouble ? error : away('the result cannot be fetched');
        });
        const { statusCode: status = 0, headers } = answer;
        if (status >= 300 && status < 400 && headers.location) {
          answer.destroy();
          url = URL.parse(headers.location, url);
          continue;
        }
        if (status !== 200) {
          answer.destroy();
          throw away(`the result cannot be fetched (HTTP ${status})`);
        }
        const bytes = await collect(answer, bytes_max).catch((error) => {
          signal.throwIfAborted();
          throw error;
        });
        return { bytes: new Uint8Array(bytes), mime: headers['content-type'] ?? '' };
      }
      throw outputRejected('the result is sent from address to address');
    },
    socket(path) {
      const url = new URL(path, base);
      url.protocol = secure ? 'wss:' : 'ws:';
      return { url, headers: authorization() };
    },
    clean(text) {
      let plain = typeof text === 'string' ? text : '';
      if (endpoint.token) plain = plain.replaceAll(endpoint.token(), '…');
      // eslint-disable-next-line no-control-regex
      plain = plain.replace(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ').trim();
      return plain.length > TEXT_MAX ? `${plain.slice(0, TEXT_MAX - 1)}…` : plain;
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

function mayFetch(url: URL, base: URL, hosts: readonly string[]): boolean {
  if (url.username || url.password) return false;
  if (url.origin === base.origin) return true;
  // what a listed host gives comes as safely as the endpoint itself speaks
  return hosts.includes(url.host) && (url.protocol === 'https:' || base.protocol === 'http:');
}

/** Server-sent events of an answer, one by one. */
export async function* serverSentEvents(
  answer: IncomingMessage,
  bytes_max: number,
): AsyncGenerator<{ event: string; data: string }, void> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let line: string[] = [];
  let lines: string[] = [];
  for await (const chunk of answer) {
    bytes += chunk.length;
    if (bytes > bytes_max) throw outputRejected(`more than ${bytes_max} bytes from the engine`);
    // a line may come in a hundred pieces: they are joined once
    const [rest = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n');
    line.push(rest);
    for (const next of more) {
      const whole = line.join('').replace(/\r$/, '');
      line = [next];
      if (whole !== '') {
        lines.push(whole);
        continue;
      }
      const event = parseEvent(lines);
      lines = [];
      if (event.data) yield event;
    }
  }
}

function parseEvent(lines: string[]): { event: string; data: string } {
  const field = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
  return { event: field('event')[0] ?? 'message', data: field('data').join('\n') };
}

/** Undefined where it is no JSON: who reads it by a schema finds that it does not fit. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
