import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { buy, creditsOf, ended, expectEverythingHolds, releaseOf, SMALL, start } from '../acts.ts';
import { openClient } from '../client.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

const clock = settableClock(new Date());
let world: World;
let member: Awaited<ReturnType<World['member']>>;
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  member = await world.member('lena');
  release_id = await releaseOf(member);
});
afterAll(() => world.end());

type Scope = 'read' | 'generate' | 'purchase';
async function programWith(scopes: Scope[], expires_in_days = 90) {
  const { api_key, secret } = await member.api.identity.createApiKey({
    name: 'a program',
    scopes,
    expires_in_days,
    password: PASSWORD,
  });
  return { ...openClient(world.url, { api_key: secret }), key: api_key, secret };
}

test('a program with the right scopes quotes, generates and watches for its account', async () => {
  const program = await programWith(['read', 'generate']);
  const quote = await program.api.generation.createQuote({ release_id, input: SMALL });
  const begun = await start(program, { release_id, quote: quote.quote });
  const states: string[] = [];
  for await (const event of await program.api.generation.watchGeneration({ id: begun.id })) {
    if (event.type === 'state') states.push(event.generation.state);
  }
  expect(states.at(-1)).toBe('succeeded');
  expect(await ended(program, begun.id)).toMatchObject({ charged_micros: quote.price_micros });
  expect(await creditsOf(member)).toEqual({ available: 99, held: 0 });
  expect(program.cookies.size).toBe(0);
  expect(await program.api.earnings.getReceipt({ id: begun.id })).toMatchObject({
    payer: { display_name: 'lena' },
  });
  await expectEverythingHolds(world);
});

describe('a key does what its scopes say and no more', () => {
  test('one that reads only reads', async () => {
    const reader = await programWith(['read']);
    expect(await reader.api.identity.getMe({})).toMatchObject({ account: { display_name: 'lena' } });
    expect(await creditsOf(reader)).toEqual(await creditsOf(member));
    const before = await creditsOf(member);
    expect(await expectRefusal(start(reader, { release_id }), 'SCOPE_MISSING')).toMatchObject({
      scope: 'generate',
    });
    expect(await expectRefusal(buy(reader, 'pack-1000'), 'SCOPE_MISSING')).toMatchObject({
      scope: 'purchase',
    });
    expect(await creditsOf(member)).toEqual(before);
  });

  test('one that generates does not buy, and one that buys does not generate', async () => {
    const generator = await programWith(['generate']);
    await expectRefusal(buy(generator, 'pack-1000'), 'SCOPE_MISSING');
    await expectRefusal(creditsOf(generator), 'SCOPE_MISSING');
    const buyer = await programWith(['purchase']);
    await expectRefusal(start(buyer, { release_id }), 'SCOPE_MISSING');
    const before = await creditsOf(member);
    await buy(buyer, 'pack-1000');
    expect((await creditsOf(member)).available).toBe(before.available + 1_000);
  });

  test('none makes keys, ends sessions or changes the account', async () => {
    const program = await programWith(['read', 'generate', 'purchase']);
    await expectRefusal(
      program.api.identity.createApiKey({ name: 'more', password: PASSWORD }),
      'NOT_ALLOWED',
    );
    await expectRefusal(program.api.identity.listApiKeys({}), 'NOT_ALLOWED');
    await expectRefusal(program.api.identity.listSessions({}), 'NOT_ALLOWED');
    await expectRefusal(program.api.identity.deleteSession({ id: 'current' }), 'NOT_ALLOWED');
    await expectRefusal(program.api.identity.updateMe({ display_name: 'hers' }), 'NOT_ALLOWED');
    await expectRefusal(
      program.api.identity.updatePassword({ current_password: PASSWORD, password: 'another one entirely' }),
      'NOT_ALLOWED',
    );
  });

  test('a key without a creator’s role shows no earnings', async () => {
    const reader = await programWith(['read']);
    await expectRefusal(reader.api.earnings.getEarnings({}), 'NOT_ALLOWED');
  });
});

test('a key that was revoked works no more, and the others go on', async () => {
  const [program, other] = [await programWith(['read']), await programWith(['read'])];
  await program.api.wallet.getWallet({});
  await member.api.identity.deleteApiKey({ id: program.key.id });
  await expectRefusal(program.api.wallet.getWallet({}), 'NOT_SIGNED_IN');
  await expectRefusal(program.api.registry.listModels({}), 'NOT_SIGNED_IN');
  await other.api.wallet.getWallet({});
  const { items } = await member.api.identity.listApiKeys({});
  expect(items.map(({ id }) => id)).not.toContain(program.key.id);
  await expectRefusal(member.api.identity.deleteApiKey({ id: program.key.id }), 'NOT_FOUND');
});

test('a key ends on its day', async () => {
  const program = await programWith(['read'], 1);
  await program.api.wallet.getWallet({});
  clock.advance(24 * 3_600_000 + 1);
  await expectRefusal(program.api.wallet.getWallet({}), 'NOT_SIGNED_IN');
});

test('a key that was typed wrongly, or is none, opens nothing', async () => {
  const { secret } = await programWith(['read']);
  const wrong = secret.endsWith('a') ? `${secret.slice(0, -1)}b` : `${secret.slice(0, -1)}a`;
  for (const api_key of [wrong, 'stk_', 'hello', secret.toUpperCase(), `${secret}x`]) {
    await expectRefusal(openClient(world.url, { api_key }).api.wallet.getWallet({}), 'NOT_SIGNED_IN');
  }
});

test('making a key asks for the password once more, and shows the secret once', async () => {
  const make = member.api.identity.createApiKey({ name: 'x', scopes: ['read'], password: 'not my password' });
  await expectRefusal(make, 'WRONG_CREDENTIALS');
  const { secret, key } = await programWith(['read']);
  const listed = JSON.stringify(await member.api.identity.listApiKeys({}));
  expect(listed).toContain(key.id);
  expect(listed).not.toContain(secret);
  const { rows } = await world.context.database.pool.query<{ kept: string }>(
    'select k::text as kept from identity.api_key k',
  );
  expect(rows.some(({ kept }) => kept.includes(secret))).toBe(false);
});
