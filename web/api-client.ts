/**
 * The contract as a typed client for the browser: same calls as `event.locals.api` on the server,
 * over HTTP. Only methods, paths and error names travel; see contract-routes.ts.
 */
import { createORPCClient, ORPCError } from '@orpc/client';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import routes from 'virtual:contract-routes';
import type { ApiClient } from './api-types.ts';

const link = new OpenAPILink(routes, {
  url: () => new URL('/api/v1', location.origin),
  fetch: async (request, init) => asJson(await fetch(request, { ...init, credentials: 'same-origin' })),
  customErrorResponseBodyDecoder: errorOfProblem,
});

export const api: ApiClient = createORPCClient(link);

/** The link reads a body as JSON only under its plain name; problems come as application/problem+json. */
function asJson(response: Response): Response {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

function errorOfProblem(body: unknown, response: { status: number }): ORPCError<string, unknown> | null {
  if (typeof body !== 'object' || body === null || !('code' in body) || typeof body.code !== 'string')
    return null;
  const text = 'detail' in body ? body.detail : 'title' in body ? body.title : '';
  return new ORPCError(body.code, { status: response.status, message: String(text), data: body });
}
