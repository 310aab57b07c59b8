import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('an empty environment is a laptop: everything on, on the loopback, for trying out', () => {
  expect(readConfig({})).toMatchObject({
    mode: 'development',
    host: '127.0.0.1',
    port: 3000,
    media_port: 3001,
    database_url: null,
    roles: ['web', 'worker', 'runner', 'relay'],
  });
});

test('whoever listens to others is in production unless they say otherwise', () => {
  expect(readConfig({ HOST: '0.0.0.0' }).mode).toBe('production');
  expect(readConfig({ HOST: '0.0.0.0', MODE: 'development' }).mode).toBe('development');
});

test.each([
  { PORT: 'many' },
  { ROLES: 'web,king' },
  { PUBLIC_URL: 'here' },
  { RUNNER_SLOTS: '0' },
  { PROMPT_POLICY_URL: 'http://moderator.example/judge' },
  { PROMPT_POLICY_URL: 'https://user:secret@moderator.example/judge' },
  { PROMPT_POLICY_URL: 'file:///judge' },
  { PROMPT_POLICY_WHEN_AWAY: 'perhaps' },
])('%j is refused', (env) => {
  expect(() => readConfig(env)).toThrow();
});

test('an outside moderator is asked over https or on this machine, and what it did not judge waits', () => {
  expect(readConfig({}).prompt_policy).toBeNull();
  expect(readConfig({ PROMPT_POLICY_URL: 'https://moderator.example/judge' }).prompt_policy).toEqual({
    moderator: { url: 'https://moderator.example/judge', token: null, ms_max: 2_000 },
    open_when_away: false,
  });
  const here = {
    PROMPT_POLICY_URL: 'http://[::1]:4000/',
    PROMPT_POLICY_TOKEN: 's',
    PROMPT_POLICY_WHEN_AWAY: 'open',
  };
  expect(readConfig(here).prompt_policy).toMatchObject({ moderator: { token: 's' }, open_when_away: true });
});
