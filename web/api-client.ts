/**
 * The contract as a typed client for the browser: same calls as `event.locals.api` on the server, over HTTP.
 * What sends them is 13 kB that no page needs before somebody acts, so it comes with the first call.
 */
import type { ApiClient } from './api-types.ts';

const named = (make: (name: string) => unknown) =>
  new Proxy({}, { get: (_, name) => (typeof name === 'string' ? make(name) : undefined) });

const callOf =
  (domain: string, name: string) =>
  async (...args: unknown[]): Promise<unknown> => {
    const { wire } = await import('./api-wire.ts');
    const call: unknown = Reflect.get(Reflect.get(wire, domain), name);
    if (typeof call !== 'function') throw new TypeError(`there is no ${domain}.${name}`);
    return Reflect.apply(call, undefined, args);
  };

export const api = named((domain) => named((name) => callOf(domain, name))) as ApiClient;
