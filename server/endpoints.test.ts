import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Binding } from '#api/registry/binding.ts';
import { readConfig } from './config.ts';
import { inputSchemaIssues } from './modules/generation/index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'endpoints-test-'));
const TOKEN = 'canary-token-0815';
const COG = { name: 'sdxl', kind: 'cog', url: 'http://10.0.0.5:5000' };

let files = 0;
function listing(value: unknown, env: Record<string, string> = {}) {
  const file = path.join(folder, `endpoints-${(files += 1)}.json`);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return () => readConfig({ ENDPOINTS_FILE: file, ...env }).endpoints;
}

describe('the list of engines outside', () => {
  test('is empty without a file', () => {
    expect(readConfig({}).endpoints).toEqual([]);
  });

  test('has what it says, with defaults', () => {
    expect(
      listing([
        COG,
        { ...COG, name: 'flux', url: 'https://flux.example.com/api/', slots: 4, wall_ms_max: 600_000 },
      ])(),
    ).toEqual([
      { ...COG, slots: 1, wall_ms_max: null, output_hosts: [], token: null },
      {
        ...{ ...COG, name: 'flux', url: 'https://flux.example.com/api', slots: 4 },
        ...{ wall_ms_max: 600_000, output_hosts: [], token: null },
      },
    ]);
  });

  test('takes tokens from the environment or from a file beside it, and shows them to nobody', () => {
    writeFileSync(path.join(folder, 'token'), `${TOKEN}\n`);
    const endpoints = listing(
      [
        { ...COG, name: 'a', url: 'https://api.example.com', token_env: 'A_TOKEN' },
        { ...COG, name: 'b', token_file: 'token' },
      ],
      { A_TOKEN: TOKEN },
    )();
    expect(endpoints.map(({ token }) => token?.())).toEqual([TOKEN, TOKEN]);
    expect(JSON.stringify(endpoints) + inspect(endpoints, { depth: 9, showHidden: true })).not.toContain(
      TOKEN,
    );
  });

  test.each([
    ['no JSON', '{', /it is not JSON/],
    ['no list', {}, /expected array/],
    ['a kind that there is not', [{ ...COG, kind: 'a1111' }], /at \[0\]\.kind/],
    ['an unknown field', [{ ...COG, secret: 'x' }], /secret/],
    ['a name with spaces', [{ ...COG, name: 'My GPU' }], /small letters, digits and hyphens/],
    ['a name twice', [COG, COG], /sdxl is listed twice/],
    ['another protocol', [{ ...COG, url: 'file:///etc' }], /at \[0\]\.url/],
    [
      'a password in the address',
      [{ ...COG, url: 'https://me:pw@api.example.com' }],
      /no name or password here/,
    ],
    ['a query in the address', [{ ...COG, url: 'https://api.example.com?key=1' }], /no query/],
    ['no slots', [{ ...COG, slots: 0 }], /at \[0\]\.slots/],
    ['a path among the hosts', [{ ...COG, output_hosts: ['a.example.com/files'] }], /a host name/],
    ['two tokens', [{ ...COG, token_env: 'A_TOKEN', token_file: 'token' }], /either token_env or token_file/],
    ['a token that is not there', [{ ...COG, token_env: 'B_TOKEN' }], /should be in the variable B_TOKEN/],
    ['a file that is not there', [{ ...COG, token_file: 'none' }], /should be in the file none/],
    ['a token of two lines', [{ ...COG, token_env: 'BAD_TOKEN' }], /is not a token of sdxl/],
    [
      'a token for the world to read',
      [{ ...COG, url: 'http://203.0.114.9', token_env: 'A_TOKEN' }],
      /not sent over plain http/,
    ],
  ])('is refused at the start with %s', (_, value, message) => {
    const read = listing(value, { A_TOKEN: TOKEN, BAD_TOKEN: `${TOKEN}\r\nx-admin: 1` });
    expect(read).toThrow(message);
    expect(read).not.toThrow(new RegExp(TOKEN));
  });

  test.each([
    'http://127.0.0.1:5000',
    'http://[::1]:5000',
    'http://cog:5000',
    'http://gpu.lan',
    'http://192.168.1.4',
  ])('may have a token for %s, which is near', (url) => {
    expect(listing([{ ...COG, url, token_env: 'A_TOKEN' }], { A_TOKEN: TOKEN })()).toHaveLength(1);
  });

  test('that the samples show is one, and what else they show fits', () => {
    const samples = path.resolve(import.meta.dirname, '../docs/samples');
    const sample = (name: string): unknown => JSON.parse(readFileSync(path.join(samples, name), 'utf8'));
    const written = (sample('endpoints.json') as { name: string }[]).filter((one) => !('token_file' in one));
    const endpoints = listing(written, { OPENAI_API_KEY: TOKEN })();
    for (const file of ['cog-binding.json', 'comfyui-binding.json']) {
      const binding = Binding.parse(sample(file));
      expect(endpoints).toContainEqual(
        expect.objectContaining({ kind: binding.kind, name: 'endpoint' in binding && binding.endpoint }),
      );
    }
    expect(inputSchemaIssues(sample('input-schema.json') as Record<string, unknown>)).toEqual([]);
  });

  test('that cannot be read stops the start', () => {
    expect(() => readConfig({ ENDPOINTS_FILE: path.join(folder, 'none.json') })).toThrow(/it cannot be read/);
  });
});
