import type { IncomingMessage } from 'node:http';
import type { Artifact } from './endpoint.ts';
import { collect, type Sender } from './sending.ts';
import { away, outputRejected, Trouble } from './trouble.ts';

const REDIRECTS_MAX = 3;

/** Fetches a result by its address: from the endpoint itself or a host that its operator listed. */
export async function fetchOutput(
  { base, send }: Sender,
  hosts: readonly string[],
  address: string,
  { signal, bytes_max }: { signal: AbortSignal; bytes_max: number },
): Promise<Artifact> {
  try {
    let url = URL.parse(address, base);
    for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
      if (!url || !mayFetch(url, base, hosts))
        throw outputRejected('the result lies on a host that is not one of the engine’s');
      const answer = await send('GET', url, { signal, headers: { accept: '*/*' } });
      const next = sentOn(answer);
      if (next === null) return await received(answer, bytes_max);
      answer.destroy();
      url = URL.parse(next, url);
    }
    throw outputRejected('the result is sent from address to address');
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Trouble ? error : away('the result cannot be fetched');
  }
}

function mayFetch(url: URL, base: URL, hosts: readonly string[]): boolean {
  if (url.username || url.password) return false;
  if (url.origin === base.origin) return true;
  // what a listed host gives comes as safely as the endpoint itself speaks
  return hosts.includes(url.host) && (url.protocol === 'https:' || base.protocol === 'http:');
}

/** The address that an answer names instead of the result. */
function sentOn({ statusCode: status = 0, headers }: IncomingMessage): string | null {
  return status >= 300 && status < 400 && headers.location ? headers.location : null;
}

async function received(answer: IncomingMessage, bytes_max: number): Promise<Artifact> {
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw away(`the result cannot be fetched (HTTP ${answer.statusCode ?? 0})`);
  }
  const bytes = await collect(answer, bytes_max);
  return { bytes: new Uint8Array(bytes), mime: answer.headers['content-type'] ?? '' };
}
