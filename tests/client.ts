import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { contract } from '#api/index.ts';
import { asJson, errorOfProblem } from '#api/problems.ts';

export type Client = ContractRouterClient<typeof contract>;

/** What a browser calls itself that a person looks into: our own calls itself a robot, and is not counted. */
export const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** A person at the public API: the contract's own client over HTTP, with a cookie jar. */
export type Visitor = {
  api: Client;
  /** The same requests by hand, for what the client would not send. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  cookies: Map<string, string>;
};

/** With an API key the caller is a program: it keeps no cookies and has no page. */
export function openClient(
  url: string,
  options: { api_key?: string; headers?: Record<string, string> } = {},
): Visitor {
  const cookies = new Map<string, string>();

  async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    for (const [name, value] of Object.entries(options.headers ?? {})) request.headers.set(name, value);
    if (options.api_key) request.headers.set('authorization', `Bearer ${options.api_key}`);
    if (cookies.size > 0) {
      request.headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
      request.headers.set('origin', url);
    }
    const response = await globalThis.fetch(request);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '' || /max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  const link = new OpenAPILink(contract, {
    url: `${url}/api/v1`,
    fetch: async (request, init) => asJson(await send(request, init)),
    customErrorResponseBodyDecoder: errorOfProblem,
  });
  return {
    api: createORPCClient(link),
    fetch: (path, init) => send(`${url}${path}`, init),
    cookies,
  };
}
