import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import type { Endpoint } from './modules/generation/index.ts';

const HostName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,252}(:\d{1,5})?$/, 'a host name, with a port if it needs one');

const Listed = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'small letters, digits and hyphens, at most 63')
      .meta({ description: 'What releases bind to; a name keeps its meaning for ever.' }),
    kind: z.enum(['cog', 'comfyui', 'openai-images', 'replicate']),
    url: z.url({ protocol: /^https?$/ }),
    token_env: z.string().min(1).optional(),
    token_file: z.string().min(1).optional(),
    slots: z.int().min(1).max(256).default(1),
    wall_ms_max: z.int().min(1_000).max(7_200_000).optional(),
    output_hosts: z.array(HostName).max(20).default([]),
  })
  .check(({ value, issues }) => {
    const trouble = (path: string, message: string) =>
      issues.push({ code: 'custom', input: value, path: [path], message });
    const url = URL.parse(value.url);
    if (!url) return;
    if (url.username || url.password) trouble('url', 'no name or password here: use token_env or token_file');
    if (url.search || url.hash) trouble('url', 'no query and no fragment');
    if (value.token_env && value.token_file) trouble('token_file', 'either token_env or token_file');
    if ((value.token_env || value.token_file) && url.protocol === 'http:' && !isNear(url.hostname))
      trouble('url', 'a token is not sent over plain http to the world: use https');
  });

const List = z.array(Listed).check(({ value, issues }) => {
  value.forEach(({ name }, at) => {
    if (value.findIndex((other) => other.name === name) < at)
      issues.push({ code: 'custom', input: name, path: [at, 'name'], message: `${name} is listed twice` });
  });
});

/** Reads the operator's list of outside engines. No message says more of a token than where it should be. */
export function readEndpoints(file: string, env: NodeJS.ProcessEnv): Endpoint[] {
  const listed = List.safeParse(parse(file));
  if (!listed.success) throw new Error(`${file} is not as it must be:\n${z.prettifyError(listed.error)}`);
  return listed.data.map(({ token_env, token_file, wall_ms_max, url, ...endpoint }) => {
    const token = readToken(file, endpoint.name, { token_env, token_file }, env);
    return {
      ...endpoint,
      url: url.replace(/\/+$/, ''),
      wall_ms_max: wall_ms_max ?? null,
      token: token === null ? null : () => token,
    };
  });
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read';
    throw new Error(`${file} is to list engines, and ${why}`);
  }
}

function readToken(
  file: string,
  name: string,
  from: { token_env?: string | undefined; token_file?: string | undefined },
  env: NodeJS.ProcessEnv,
): string | null {
  if (!from.token_env && !from.token_file) return null;
  let token: string | undefined;
  if (from.token_env) token = env[from.token_env];
  else if (from.token_file) token = readable(path.resolve(path.dirname(file), from.token_file));
  token = token?.trim();
  const where = from.token_env ? `the variable ${from.token_env}` : `the file ${from.token_file}`;
  if (!token) throw new Error(`${file}: the token of ${name} should be in ${where}, and there is none`);
  // a token with other characters in it would break the header, or be another header
  if (!/^[\x21-\x7e]{1,4096}$/.test(token))
    throw new Error(`${file}: what stands in ${where} is not a token of ${name}`);
  return token;
}

function readable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** This machine or a network of one's own: names without a dot are those of containers. */
function isNear(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare)) return ipaddr.process(bare).range() !== 'unicast';
  return !bare.includes('.') || /\.(internal|local|localhost|lan|home\.arpa)$/.test(bare);
}
