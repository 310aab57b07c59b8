/** The client itself, which api-client.ts fetches with the first call. Only methods, paths and error names travel; see contract-routes.ts. */
import { createORPCClient, getEventMeta } from '@orpc/client';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import routes from 'virtual:contract-routes';
import { asJson, errorOfProblem } from '../api/problems.ts';
import type { ApiClient } from './api-types.ts';
import { heard } from './as-told.ts';

const link = new OpenAPILink(routes, {
  url: () => new URL('/api/v1', location.origin),
  fetch: async (request, init) =>
    lively(asJson(await fetch(request, { ...init, credentials: 'same-origin' }))),
  customErrorResponseBodyDecoder: errorOfProblem,
});

export const wire: ApiClient = heard(createORPCClient(link));

/** A line that lives gives a sign every 15 seconds. One that was cut without a word looks quiet, and is given up. */
const QUIET_MS = 40_000;

function lively(response: Response): Response {
  const reader = response.headers.get('content-type')?.startsWith('text/event-stream')
    ? response.body?.getReader()
    : undefined;
  if (!reader) return response;
  const body = new ReadableStream<Uint8Array>({
    async pull(taken) {
      const timer = setTimeout(() => void reader.cancel(), QUIET_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) taken.close();
      else taken.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

/** What a server-sent event says of itself: its id, from which a line that fell is taken up again. */
export const eventMeta = (event: object) => getEventMeta(event);
