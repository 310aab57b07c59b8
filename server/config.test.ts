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

test.each([{ PORT: 'many' }, { ROLES: 'web,king' }, { PUBLIC_URL: 'here' }, { RUNNER_SLOTS: '0' }])(
  '%j is refused',
  (env) => {
    expect(() => readConfig(env)).toThrow();
  },
);
