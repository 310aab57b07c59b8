import { sql } from 'kysely';
import { type Hex, serializeErc6492Signature } from 'viem';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEAVING_DAYS } from '#api/identity/leaving-words.ts';
import { ChainFailed } from '../../server/chain/index.ts';
import { askToSign, linkWallet } from '../../server/flows/link-wallet.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { takeDownAccounts } from '../../server/flows/take-down-account.ts';
import { type AccountId, newId, type WalletChallengeId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS } from '../../server/kit/clock.ts';
import * as identity from '../../server/modules/identity/index.ts';
import type { Visitor } from '../client.ts';
import { DEPLOYER, walletToCome } from '../contract-wallet.ts';
import { eventually } from '../eventually.ts';
import { comeBack, idOf } from '../finance.ts';
import { expectRefusal, refusalOf } from '../refusal.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

type Person = Visitor & { email: string; password: string };

let world: World;
let ada: Person;
let ben: Person;
let now = new Date();
const later = (ms: number) => (now = new Date(now.getTime() + ms));
const newKey = () => privateKeyToAccount(generatePrivateKey());

beforeAll(async () => {
  world = await startWorld({
    ...{ chain: true, roles: 'web', clock: { now: () => now }, env: { WALLET_WAIT_S: '86400' } },
  });
  ada = await world.member('ada');
  ben = await world.member('ben');
});
afterAll(() => world.end());

const asked = (who: Person, address: string, password = PASSWORD) =>
  who.api.rewards.createWalletChallenge({ address, password });
const answered = (who: Person, challenge_id: string, signature: string) =>
  who.api.rewards.createLinkedWallet({ challenge_id, signature });
/** Asks, signs with the key, and answers with what `as` makes of the signature. */
async function linked(
  who: Person,
  key: PrivateKeyAccount,
  address: string = key.address,
  as: (signature: Hex) => Hex = (signature) => signature,
) {
  const { challenge_id, message } = await asked(who, address);
  return answered(who, challenge_id, as(await key.signMessage({ message })));
}
const lettersTo = async (who: Person) =>
  (await identity.listMail(world.context.db, { after: null, limit: 50 })).filter(
    ({ to }) => to === who.email,
  );

test('a member links a wallet: with the password, by signing, once; it counts a day later, and a letter says so', async () => {
  const key = newKey();
  expect(await ada.api.rewards.listLinkedWallets()).toEqual({
    ...{ chain: { chain_id: '31337', is_embedded: true }, wait_s: 86_400, items: [] },
  });
  await expectRefusal(asked(ada, key.address, 'not hers'), 'WRONG_CREDENTIALS');
  const { challenge_id, message, expires_at } = await asked(ada, key.address.toLowerCase());
  expect(message.split('\n').slice(0, 4)).toEqual([
    `${new URL(world.url).host} wants you to sign in with your Ethereum account:`,
    key.address,
    '',
    expect.stringContaining('@ada'),
  ]);
  expect(message).toContain('\nChain ID: 31337\n');
  expect(expires_at).toBe(new Date(now.getTime() + 600_000).toISOString());
  const signature = await key.signMessage({ message });
  const wallet = await answered(ada, challenge_id, signature);
  expect(wallet).toMatchObject({ address: key.address, state: 'waiting', ended_at: null });

  await expectRefusal(answered(ada, challenge_id, signature), 'WALLET_CHALLENGE_UNKNOWN');
  await expectRefusal(asked(ada, key.address), 'WALLET_LINKED_ALREADY');
  const [letter] = await lettersTo(ada);
  expect(letter?.subject).toBe('A wallet was linked to your account');
  expect(letter?.text).toContain(key.address);

  later(DAY_MS - 1);
  expect((await ada.api.rewards.listLinkedWallets()).items).toMatchObject([{ state: 'waiting' }]);
  later(1);
  expect((await ada.api.rewards.listLinkedWallets()).items).toEqual([{ ...wallet, state: 'counting' }]);
  expect((await ben.api.rewards.listLinkedWallets()).items).toEqual([]);
});

test('another wallet takes its place and waits; the old one stays hers, and whoever is not her ends nothing', async () => {
  const before = present((await ada.api.rewards.listLinkedWallets()).items[0], 'the wallet of before');
  const key = newKey();
  const wallet = await linked(ada, key);
  expect((await ada.api.rewards.listLinkedWallets()).items).toMatchObject([
    { id: wallet.id, state: 'waiting' },
    { id: before.id, state: 'ended', ended_at: now.toISOString() },
  ]);
  const [letter] = await lettersTo(ada);
  expect(letter?.subject).toBe('Your wallet was changed');
  expect(letter?.text).toContain(before.address);

  const { deleteLinkedWallet } = ben.api.rewards;
  await expectRefusal(deleteLinkedWallet({ id: wallet.id }), 'NOT_FOUND');
  await ada.api.rewards.deleteLinkedWallet({ id: wallet.id });
  await expectRefusal(ada.api.rewards.deleteLinkedWallet({ id: wallet.id }), 'NOT_FOUND');
  expect((await lettersTo(ada))[0]?.subject).toBe('Your wallet was unlinked');
  // hers for ever: that it is, is told only to who signs with it
  const mine = await asked(ben, key.address);
  const refused = answered(ben, mine.challenge_id, await key.signMessage({ message: mine.message }));
  await expectRefusal(refused, 'WALLET_OF_ANOTHER');
  expect(await linked(ada, key)).toMatchObject({ address: key.address, state: 'waiting' });
  const acts = await sql<{ act: string }>`
    select act from kit.audit_log where act like 'wallet.%' order by id`.execute(world.context.db);
  expect(acts.rows.map(({ act }) => act)).toEqual(
    ['link', 'link', 'unlink', 'link'].map((act) => `wallet.${act}`),
  );
});

describe('refused is', () => {
  const key = newKey();

  test('a signature of another key, on another text, for another page or chain, or none at all', async () => {
    const { challenge_id, message } = await asked(ben, key.address);
    const not = async (signature: string) =>
      expectRefusal(answered(ben, challenge_id, signature), 'WALLET_SIGNATURE_WRONG');
    await not(await newKey().signMessage({ message }));
    const other = (from: string | RegExp, to: string) => message.replace(from, to);
    for (const text of [
      other(new URL(world.url).host, 'stellary.example'),
      other('Chain ID: 31337', 'Chain ID: 1'),
      other('@ben', '@ada'),
      other(/Nonce: .{8}/, 'Nonce: 00000000'),
      `${message} `,
    ]) {
      expect(text).not.toBe(message);
      await not(await key.signMessage({ message: text }));
    }
    await not('0x00');
    await not(`0x${'00'.repeat(65)}`);
    await expectRefusal(answered(ben, challenge_id, 'signed'), 'INVALID_INPUT');
    expect((await ben.api.rewards.listLinkedWallets()).items).toEqual([]);
  });

  test('what somebody else was asked, what a newer question took the place of, and what took too long', async () => {
    const eli = await world.member('eli');
    const first = await asked(eli, key.address);
    const signature = await key.signMessage({ message: first.message });
    await expectRefusal(answered(ada, first.challenge_id, signature), 'WALLET_CHALLENGE_UNKNOWN');
    const second = await asked(eli, key.address);
    await expectRefusal(answered(eli, first.challenge_id, signature), 'WALLET_CHALLENGE_UNKNOWN');
    const signed = await key.signMessage({ message: second.message });
    later(600_000);
    await expectRefusal(answered(eli, second.challenge_id, signed), 'WALLET_CHALLENGE_EXPIRED');
  });

  test('an address that is mistyped, or at which nobody can be paid', async () => {
    const fay = await world.member('fay');
    const { chain } = world.context;
    const { address } = key;
    const turned = [...address].map((sign, at) =>
      at > 1 && sign === sign.toLowerCase() ? sign.toUpperCase() : sign.toLowerCase(),
    );
    expect(await refusalOf(asked(fay, turned.join('')))).toMatchObject({
      ...{ code: 'INVALID_INPUT', issues: [{ path: 'address' }] },
    });
    await expectRefusal(asked(fay, address.slice(0, -1)), 'INVALID_INPUT');
    for (const nobodys of [`0x${'0'.repeat(40)}`, present(chain, 'a chain').token, chain?.distributor ?? ''])
      await expectRefusal(asked(fay, nobodys), 'WALLET_IMPOSSIBLE');
  });

  test('everything where there is no chain, and what it has to say while it does not answer', async () => {
    const gus = await world.member('gus');
    const { context } = world;
    const me = await idOf(gus);
    const wish = { address: key.address, password: PASSWORD };
    const none = { ...context, chain: null, config: { ...context.config, chain: { kind: 'none' as const } } };
    const refused = (code: string) => expect.objectContaining({ code });
    await expect(askToSign(none, me, wish)).rejects.toEqual(refused('CHAIN_ABSENT'));
    await expect(askToSign({ ...context, chain: null }, me, wish)).rejects.toEqual(refused('CHAIN_AWAY'));
    const { id, message } = await askToSign(context, me, wish);
    const chain = {
      ...present(context.chain, 'a chain'),
      verifySignature: () => Promise.reject(new ChainFailed('CHAIN_AWAY', 'no node answers')),
    };
    const answer = { challenge_id: id, signature: await key.signMessage({ message }) };
    await expect(linkWallet({ ...context, chain }, me, answer)).rejects.toEqual(refused('CHAIN_AWAY'));
    const stranger = { ...answer, challenge_id: newId<WalletChallengeId>(now) };
    await expect(linkWallet(context, me, stranger)).rejects.toEqual(refused('WALLET_CHALLENGE_UNKNOWN'));
    // asked for one chain, answered on another
    const other = { ...chain, id: 1n };
    await expect(linkWallet({ ...context, chain: other }, me, answer)).rejects.toEqual(
      refused('WALLET_CHALLENGE_UNKNOWN'),
    );
    // nothing was used up
    expect(await linkWallet(context, me, answer)).toMatchObject({ address: key.address.toLowerCase() });
  });
});

test('a wallet that is a contract and not deployed yet is linked by the word of its owner (ERC-6492)', async () => {
  const [owner, thief] = [newKey(), newKey()];
  const { address, data } = walletToCome(owner.address);
  const toBe = (signature: Hex) => serializeErc6492Signature({ address: DEPLOYER, data, signature });
  const cy = await world.member('cy');
  await expectRefusal(linked(cy, thief, address, toBe), 'WALLET_SIGNATURE_WRONG');
  // without what deploys it nothing is there that could say yes
  await expectRefusal(linked(cy, owner, address), 'WALLET_SIGNATURE_WRONG');
  expect(await linked(cy, owner, address, toBe)).toMatchObject({ address });
});

test('whoever leaves takes their name off the wallet, which nobody else can link ever after', async () => {
  const dee = await world.member('dee');
  const id = await idOf(dee);
  const key = newKey();
  await linked(dee, key);
  expect(await (await dee.fetch('/api/v1/me/data')).text()).toContain(key.address.toLowerCase());
  await dee.api.identity.createLeaving({ password: PASSWORD, confirmation: 'dee' });
  later(LEAVING_DAYS * DAY_MS);
  await fireTimers(world.context);
  later(61_000);
  await eventually(
    'she is gone',
    async () => (await takeDownAccounts(world.context)) === 0 && (await isGone(id)),
  );
  const { rows } = await sql<Record<string, unknown>>`
    select message, signature, ended_at is not null as ended from rewards.wallet_link
    where person_id = ${id}`.execute(world.context.db);
  expect(rows).toEqual([{ message: '', signature: '', ended: true }]);
  await comeBack(ben);
  const { challenge_id, message } = await asked(ben, key.address);
  const signature = await key.signMessage({ message });
  await expectRefusal(answered(ben, challenge_id, signature), 'WALLET_OF_ANOTHER');
});

const isGone = async (id: AccountId) => (await identity.leftAmong(world.context.db, [id])).has(id);
