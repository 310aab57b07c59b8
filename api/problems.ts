import { ORPCError } from '@orpc/client';

/** For the links of clients: refusals come as application/problem+json, and a link reads JSON only under its plain name. */
export function asJson(response: Response): Response {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

export function errorOfProblem(
  body: unknown,
  response: { status: number },
): ORPCError<string, unknown> | null {
  if (typeof body !== 'object' || body === null || !('code' in body) || typeof body.code !== 'string')
    return null;
  const text = 'detail' in body ? body.detail : 'title' in body ? body.title : '';
  return new ORPCError(body.code, { status: response.status, message: String(text), data: body });
}
