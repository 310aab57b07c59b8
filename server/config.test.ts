import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const at = (digit: string) => `0x${digit.repeat(40)}`;
const DEPLOYED = {
  CHAIN_ID: '8453',
  TOKEN_ADDRESS: at('A'),
  DISTRIBUTOR_ADDRESS: at('b'),
  TIMELOCK_ADDRESS: at('c'),
  GUARDIAN_ADDRESS: at('d'),
  PUBLISHER_ADDRESS: at('e'),
  DEPLOYED_AT_BLOCK: '12',
};

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
  expect(readConfig({ HOST: '127.8.9.10' }).mode).toBe('development');
  expect(readConfig({ HOST: '127.0.0.1.example.org' }).mode).toBe('production');
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
  { CHAIN: 'anvil' },
  { CHAIN: 'https://node.example,http://other.example', ...DEPLOYED },
  { CHAIN: 'https://user:secret@node.example', ...DEPLOYED },
  { CHAIN: 'https://node.example' },
  { CHAIN: 'https://node.example', ...DEPLOYED, CHAIN_ID: '' },
  { CHAIN: 'https://node.example', ...DEPLOYED, CHAIN_ID: '0' },
  { CHAIN: 'https://node.example', ...DEPLOYED, TOKEN_ADDRESS: '0x1' },
  { CHAIN: 'https://node.example', ...DEPLOYED, PUBLISHER_ADDRESS: '' },
  { CHAIN: 'https://node.example', ...DEPLOYED, PUBLISHER_KEY_FILE: 'publisher.key' },
  { REWARDS_DELAY_S: '0' },
  { WALLET_WAIT_S: '-1' },
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

test('a laptop gets a chain with its database; who listens to others or brings a database says which', () => {
  const kindOf = (env: NodeJS.ProcessEnv) => readConfig(env).chain.kind;
  expect(readConfig({})).toMatchObject({
    chain: { kind: 'embedded', is_asked_for: false, delay_s: 60n },
    wallet_wait_s: 120,
  });
  expect(kindOf({ HOST: '0.0.0.0' })).toBe('none');
  expect(kindOf({ DATABASE_URL: 'postgres://there' })).toBe('none');
  expect(kindOf({ CHAIN: 'none' })).toBe('none');
  const asked = { CHAIN: 'embedded', DATABASE_URL: 'postgres://there', REWARDS_DELAY_S: '5' };
  expect(readConfig(asked).chain).toMatchObject({ is_asked_for: true, delay_s: 5n });
});

test('a chain elsewhere is named whole: nodes, contracts, roles', () => {
  const { chain, wallet_wait_s } = readConfig({
    CHAIN: 'https://node.example/v2/key, http://127.0.0.1:8545',
    ...DEPLOYED,
  });
  expect(chain).toEqual({
    kind: 'elsewhere',
    rpc_urls: ['https://node.example/v2/key', 'http://127.0.0.1:8545'],
    deployment: {
      chain_id: 8453n,
      token: at('a'),
      distributor: at('b'),
      timelock: at('c'),
      deployed_at: 12n,
    },
    guardian: at('d'),
    publisher: at('e'),
    publisher_key_file: null,
    relayer_key_file: null,
  });
  expect(wallet_wait_s).toBe(259_200);
});
