import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Artifact, Endpoint } from './endpoint.ts';
import { fetchOutput } from './fetch-output.ts';
import { collect, openSender } from './sending.ts';
import { away, Trouble } from './trouble.ts';

/** For what is answered at once; what is held open has the run's own deadline. */
const ANSWER_MS_MAX = 15_000;
const ANSWER_BYTES_MAX = 4_000_000;
const TEXT_MAX = 300;

type Ask = {
  body?: unknown;
  /** Instead of a JSON body. */
  form?: FormData;
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
  const sender = openSender(endpoint);
  const { base } = sender;

  async function open(method: string, path: string, { held = false, ...ask }: Ask): Promise<IncomingMessage> {
    const patience = AbortSignal.timeout(ANSWER_MS_MAX);
    const signal = held ? ask.signal : AbortSignal.any([ask.signal, patience]);
    try {
      return await sender.send(method, new URL(path, base), { ...ask, signal });
    } catch (error) {
      if (error instanceof Trouble) throw error;
      ask.signal.throwIfAborted();
      throw away(patience.aborted && !held ? 'the engine does not answer' : 'the engine cannot be reached');
    }
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
    fetchOutput: (address, limits) => fetchOutput(sender, endpoint.output_hosts, address, limits),
    socket(path) {
      const url = new URL(path, base);
      url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
      return { url, headers: sender.authorization() };
    },
    clean: (text) => fitToShow(typeof text === 'string' ? text : '', endpoint.token?.()),
    close: sender.close,
  };
}

async function read(answer: IncomingMessage, bytes_max = ANSWER_BYTES_MAX): Promise<unknown> {
  return parsed((await collect(answer, bytes_max)).toString('utf8'));
}

function fitToShow(text: string, token: string | undefined): string {
  const plain = (token ? text.replaceAll(token, '…') : text)
    // eslint-disable-next-line no-control-regex
    .replace(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
  const short = plain.length > TEXT_MAX ? `${plain.slice(0, TEXT_MAX - 1)}…` : plain;
  // half a character is refused wherever it is reported to
  return short.toWellFormed();
}

/** Undefined where it is no JSON: who reads it by a schema finds that it does not fit. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
