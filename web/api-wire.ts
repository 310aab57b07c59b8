/** The client itself, which api-client.ts fetches with the first call. Only methods, paths and error names travel; see contract-routes.ts. */
import { createORPCClient, getEventMeta } from '@orpc/client';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import routes from 'virtual:contract-routes';
import { asJson, errorOfProblem } from '../api/problems.ts';
import type { ApiClient } from './api-types.ts';

const link = new OpenAPILink(routes, {
  url: () => new URL('/api/v1', location.origin),
  fetch: async (request, init) => asJson(await fetch(request, { ...init, credentials: 'same-origin' })),
  customErrorResponseBodyDecoder: errorOfProblem,
});

export const wire: ApiClient = createORPCClient(link);

/** What a server-sent event says of itself: its id, from which a line that fell is taken up again. */
export const eventMeta = (event: object) => getEventMeta(event);
