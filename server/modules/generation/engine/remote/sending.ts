import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Endpoint } from './endpoint.ts';
import { away, outputRejected, Trouble } from './trouble.ts';

const CONNECT_MS_MAX = 5_000;

/** Sends requests to one endpoint, and to the hosts that its results lie on. */
export type Sender = {
  base: URL;
  send(
    method: string,
    url: URL,
    ask: { body?: unknown; form?: FormData; headers?: Record<string, string>; signal: AbortSignal },
  ): Promise<IncomingMessage>;
  /** What lets us in at the endpoint. */
  authorization(): Record<string, string>;
  close(): void;
};

export function openSender({ url: address, token, slots }: Endpoint): Sender {
  const base = new URL(`${address}/`);
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: slots * 4 + 4 }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: slots * 4 + 4 }),
  };
  const authorization = (): Record<string, string> => (token ? { authorization: `Bearer ${token()}` } : {});
  return {
    base,
    authorization,
    async send(method, url, { body, form, headers, signal }) {
      const { protocol } = url;
      if (protocol !== 'http:' && protocol !== 'https:') throw outputRejected('an address that is not http');
      const sent = await packed(body, form);
      const request = (protocol === 'https:' ? https : http).request(url, {
        method,
        agent: agents[protocol],
        signal,
        headers: {
          accept: 'application/json',
          'accept-encoding': 'identity',
          ...(sent && { 'content-type': sent.type, 'content-length': sent.bytes.length }),
          // our token is for the endpoint alone
          ...(url.origin === base.origin && authorization()),
          ...headers,
        },
      });
      return new Promise((resolve, reject) => {
        request.on('response', resolve);
        request.on('error', reject);
        endUnlessConnected(request);
        request.end(sent?.bytes);
      });
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

async function packed(body: unknown, form: FormData | undefined) {
  if (form) {
    const parts = new Response(form);
    return { type: parts.headers.get('content-type') ?? '', bytes: Buffer.from(await parts.arrayBuffer()) };
  }
  return body === undefined ? null : { type: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
}

function endUnlessConnected(request: http.ClientRequest): void {
  const slow = setTimeout(() => request.destroy(new Error('no connection')), CONNECT_MS_MAX);
  const there = () => clearTimeout(slow);
  request.on('socket', (socket) => {
    if (socket.connecting) socket.once(request.protocol === 'https:' ? 'secureConnect' : 'connect', there);
    else there();
  });
  request.on('close', there);
}

/** The whole of an answer, unless it is larger than it may be. */
export async function collect(answer: IncomingMessage, bytes_max: number): Promise<Buffer> {
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
