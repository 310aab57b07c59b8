import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createWalletClient, type Hex, http } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prizePool } from '../../server/chart-of-accounts.ts';
import { addressOf, deployRewards, newKey, openChain } from '../../server/chain/index.ts';
import { prizeAwarded } from '../../server/flows/postings/index.ts';
import { type AwardId, type HaltId, newId, type TallyId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { type EmbeddedChain, startEmbeddedChain } from '../../server/kit/embedded-chain.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import * as rewards from '../../server/modules/rewards/index.ts';
import { DAY_MS } from '../../server/kit/clock.ts';
import { quickFolder } from '../../tools/quick-folder.ts';
import { roundIn } from '../competitions.ts';
import { eventually } from '../eventually.ts';
import { type Person, person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';
import { barriersOn } from './axe.ts';
import { browserPath, open, openBrowser, seatAt, sendHome, visit, type Visit } from './browser.ts';

const NANOS = 10n ** 9n;
const TOKEN = 10n ** 18n;
/** The first has all the digits that there are: pages must hold it on a phone. */
const PRIZES = [30n * NANOS + 123_456_789n, 12n * NANOS] as const;
const SHE_WON = '30.123456789 $STELAI';

const ALL_PRIZES = PRIZES[0] + PRIZES[1];

type Asked =
  | { method: 'eth_requestAccounts' | 'eth_chainId' }
  | { method: 'wallet_switchEthereumChain'; params: [{ chainId: string }] }
  | { method: 'personal_sign'; params: [text: Hex, address: string] }
  | { method: 'eth_sendTransaction'; params: [{ to: Hex; data: Hex; value: string }] };

/** What is wider than its place on a phone, other than what scrolls by itself. */
async function outOfPlace(page: Page): Promise<string[]> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 900 });
  const found = await page.getByRole('main').evaluate((main) =>
    [...main.querySelectorAll<HTMLElement>('dl, dd, p, div, section')]
      .filter((one) => getComputedStyle(one).overflowX !== 'auto' && !one.closest('.scrolls-aside, .sr-only'))
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 1 && scrollWidth > clientWidth + 1)
      .map(({ innerText }) => innerText.slice(0, 60)),
  );
  if (before) await page.setViewportSize(before);
  return found;
}

describe.skipIf(browserPath === undefined)('a winner is paid', () => {
  let folder: string;
  let node: EmbeddedChain;
  let world: World;
  let browser: Browser;
  let seat: Visit;
  let wina: Person;
  let ben: Person;
  let fay: Person;
  let finn: Person;
  const ofWina = privateKeyToAccount(generatePrivateKey());
  const ofBen = privateKeyToAccount(generatePrivateKey());

  /** Contracts that others deployed on a chain that others run: what an operator names in the environment. */
  beforeAll(async () => {
    folder = await mkdtemp(path.join(quickFolder(), 'paid-'));
    [node, browser] = await Promise.all([
      startEmbeddedChain({ data_dir: path.join(folder, 'chain'), block_ms: 100 }),
      openBrowser(),
    ]);
    const keys = { treasury: newKey(), publisher: newKey(), relayer: newKey(), guardian: newKey() };
    const guardian = addressOf(keys.guardian);
    const deployment = await deployRewards({
      ...{ chain: node, treasury_key: keys.treasury, guardian },
      ...{ publisher: addressOf(keys.publisher), relayer: addressOf(keys.relayer) },
      ...{ supply: 1_000_000n * TOKEN, delay_s: 1n, grace_s: 60n, admin_delay_s: 60n },
    });
    const treasury = await openChain({ rpc_urls: [node.url], deployment, guardian, keys, embedded: node });
    await treasury.deposit(1_000n * TOKEN);
    await node.fund(ofWina.address, TOKEN);
    const fileOf = async (part: 'publisher' | 'relayer') => {
      const file = path.join(folder, `${part}.key`);
      await writeFile(file, keys[part], { mode: 0o600 });
      return file;
    };
    world = await startWorld({
      engine: scriptedEngine(),
      roles: 'web,worker,relay',
      env: {
        ...{ CHAIN: node.url, CHAIN_ID: String(deployment.chain_id), TOKEN_ADDRESS: deployment.token },
        ...{ DISTRIBUTOR_ADDRESS: deployment.distributor, TIMELOCK_ADDRESS: deployment.timelock },
        ...{ GUARDIAN_ADDRESS: guardian, DEPLOYED_AT_BLOCK: String(deployment.deployed_at) },
        ...{ PUBLISHER_KEY_FILE: await fileOf('publisher'), RELAYER_KEY_FILE: await fileOf('relayer') },
        WALLET_WAIT_S: '0',
      },
    });
    await onChain('the deposit is in the pool', async () => (await inPool()) === 1_000n * NANOS);
    wina = await person(world, 'wina');
    ben = await person(world, 'ben');
    fay = await person(world, 'fay', 'finance');
    finn = await person(world, 'finn', 'finance');
    await win([wina, ben]);
    await takesAll(ben);
    seat = await visit(browser, world.url);
    await wearWallet(seat.context);
  }, 120_000);
  afterAll(async () => {
    await sendHome(browser);
    await world?.end();
    await node?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Of a chain of others the worker asks rarely; here it is told when. */
  const onChain = (what: string, look: () => Promise<boolean>) =>
    eventually(what, async () => {
      world.context.wake.send('chain');
      return look();
    });
  const inPool = async () => (await ledger.balances(world.context.db, [prizePool]))(prizePool).available;

  /** The places of a round that is over, as far as they are about prizes. */
  async function win(winners: readonly Person[]) {
    const { database, clock } = world.context;
    const at = clock.now();
    const ago = (days: number) => new Date(at.getTime() - days * DAY_MS);
    const round = await roundIn(world, {
      ...{
        slug: 'first-light',
        entries: winners.length,
        authors: winners.map(({ id }) => id),
        state: 'final',
      },
      ...{ opens_at: ago(40), locks_at: ago(30), qualifying_at: ago(29) },
      ...{ final_at: ago(20), tally_at: ago(10) },
    });
    const { id: round_id, category_id } = round;
    const of_nothing = '0'.repeat(64);
    await database.inTransaction(async (tx) => {
      await tx
        .insertInto('competitions.tally')
        .values({
          ...{ id: newId<TallyId>(at), category_id, version: 1, reason: 'first', says: '', asked_at: at },
          ...{ published_at: at, bundle_digest: of_nothing, bundle_file: of_nothing },
        })
        .execute();
      for (const [place, { id: person_id }] of winners.entries()) {
        const id = newId<AwardId>(at);
        const amount_nanos = present(PRIZES[place], 'a prize');
        const entry = present(
          round.entries.find(({ author_id }) => author_id === person_id),
          'an entry',
        );
        const award = {
          ...{ id, round_id, category_id, entry_id: entry.id, person_id, place_slot: place + 1 },
          ...{ amount_nanos, source: 'pool' as const, tops_up: null },
        };
        await competitions.insertAward(tx, award, { id: 'system', as: 'system' }, at);
        await ledger.post(tx, prizeAwarded(id, 'pool', round_id, person_id, amount_nanos), at);
      }
    });
  }

  /** He accepts and links a wallet as a program would. */
  async function takesAll({ api }: Person) {
    for (const { id, version } of (await api.competitions.listMyAwards({})).items)
      await api.competitions.createAwardAnswer({ id, version, accepted: true });
    const asked = await api.rewards.createWalletChallenge({ address: ofBen.address, password: PASSWORD });
    const signature = await ofBen.signMessage({ message: asked.message });
    await api.rewards.createLinkedWallet({ challenge_id: asked.challenge_id, signature });
  }

  /** A wallet as browsers know them (EIP-6963), on another chain at first; she declines its first question. */
  async function wearWallet(context: BrowserContext) {
    const client = createWalletClient({ account: ofWina, transport: http(node.url, { retryCount: 0 }) });
    let chain = '0x1';
    let declined = false;
    async function answer(asked: Asked) {
      switch (asked.method) {
        case 'eth_requestAccounts':
          return [ofWina.address];
        case 'eth_chainId':
          return chain;
        case 'wallet_switchEthereumChain':
          chain = asked.params[0].chainId;
          return null;
        case 'personal_sign':
          return ofWina.signMessage({ message: { raw: asked.params[0] } });
        case 'eth_sendTransaction': {
          if (!declined) {
            declined = true;
            throw new Error('4001');
          }
          const [{ to, data, value }] = asked.params;
          expect([value, BigInt(chain)]).toEqual(['0x0', node.chain_id]);
          return client.sendTransaction({ to, data, chain: null });
        }
      }
    }
    await context.exposeFunction('askWallet', async (asked: Asked) => {
      try {
        return { answer: await answer(asked) };
      } catch (error) {
        const says = error instanceof Error ? error.message : String(error);
        return { refused: { code: Number(says), message: says } };
      }
    });
    await context.addInitScript(() => {
      const ask: (asked: unknown) => Promise<{ answer: unknown; refused?: object }> = Reflect.get(
        window,
        'askWallet',
      );
      const provider = {
        request: async (asked: unknown) => {
          const { answer: given, refused } = await ask(asked);
          if (refused) throw Object.assign(new Error(), refused);
          return given;
        },
      };
      const info = { uuid: 'a-wallet', name: 'Story Wallet', icon: '', rdns: 'org.example' };
      window.addEventListener('eip6963:requestProvider', () =>
        window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: { info, provider } })),
      );
    });
  }

  test('she accepts, links a wallet, claims, and sees that she is paid', { timeout: 120_000 }, async () => {
    const { page, troubles } = seat;
    const { opens, press, stands } = seatAt(seat, world.url);
    const figures = page.getByRole('main');

    await opens(wina, '/rewards');
    await stands('To be accepted');
    expect(await barriersOn(page)).toEqual([]);
    await figures.getByRole('link', { name: 'Answer', exact: true }).click();
    await press('Accept');
    await page.getByText('The award is yours.', { exact: false }).waitFor();
    await open(page, '/rewards');
    await page.getByRole('heading', { name: 'Link a wallet' }).waitFor();
    await figures.getByRole('link', { name: 'Link a wallet' }).click();
    await page.getByLabel('Your password once more').fill(PASSWORD);
    await press('Sign with Story Wallet');
    await page.getByText('The wallet is linked.', { exact: false }).waitFor();
    await open(page, '/rewards');
    await page.getByRole('heading', { name: 'The next epoch' }).waitFor();

    // one person proposes, and may not approve; a second one approves what both saw
    await opens(fay, '/finance/rewards');
    expect(await barriersOn(page)).toEqual([]);
    await press('Propose it');
    await page.getByText('It is proposed.', { exact: false }).waitFor();
    await page.getByRole('button', { name: /^Approve \(/ }).waitFor();
    await opens(finn, '/finance/rewards');
    await press('Approve');
    await page.getByRole('button', { name: 'I approve it' }).click();
    await page.getByText('It is cut.', { exact: false }).waitFor();

    await opens(wina, '/rewards');
    await onChain('what she won is claimable', () => page.getByText('To be claimed').isVisible());
    await page.getByText('What the transaction says').click();
    const said = page.locator('details');
    await said.getByText(ofWina.address.toLowerCase()).waitFor();
    await said.getByText(`${SHE_WON}: all that`, { exact: false }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    expect(await outOfPlace(page)).toEqual([]);
    await press('Claim with a wallet');
    await page.getByRole('button', { name: 'Story Wallet' }).click();
    await page.getByText('You declined in the wallet. Nothing happened.').waitFor();
    await page.getByRole('button', { name: 'Story Wallet' }).click();
    await onChain('it is paid', () => page.getByText(`${SHE_WON} are in your wallet.`).isVisible());
    await stands('Paid');
    await page.getByText('Nothing is waited for', { exact: false }).waitFor();

    // he has no wallet here: the house sends it, and pays for that
    await opens(ben, '/rewards');
    await press('Have it sent to me');
    await onChain('he is paid', () => page.getByText('12 $STELAI are in your wallet.').isVisible());

    // anybody sees the same from the other side
    await open(page, '/treasury');
    await stands('They agree');
    await stands('Live');
    await page.getByRole('link', { name: 'File of epoch 1' }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    expect(await outOfPlace(page)).toEqual([]);
    expect(troubles).toEqual([]);
  });

  test(
    'while everything stands still the desk says why, and an admin lets it go on',
    { timeout: 60_000 },
    async () => {
      const { page } = seat;
      const { opens, press } = seatAt(seat, world.url);
      const adam = await person(world, 'adam', 'admin');
      const { database, clock } = world.context;
      const at = clock.now();
      const halt = { id: newId<HaltId>(at), code: 'BOOKS_DIFFER', says: 'The books have 1 nano more.', at };
      await database.inTransaction((tx) => rewards.insertHalt(tx, { ...halt, detail: {} }));

      await opens(fay, '/finance/rewards');
      await page.getByText(halt.says).waitFor();
      await page.getByRole('button', { name: /^Let it go on \(/ }).waitFor();
      await opens(adam, '/finance/rewards');
      expect(await barriersOn(page)).toEqual([]);
      await press('Let it go on');
      await page.getByLabel('What was wrong, and why it may go on').fill('It was written by hand.');
      await page.getByRole('dialog').getByRole('button', { name: 'Let it go on' }).click();
      await page.getByText('It goes on.', { exact: false }).waitFor();
      await page.getByText(halt.says).waitFor({ state: 'detached' });
    },
  );

  test('the contract says the same as the pages, and it all sums', async () => {
    const own = await wina.api.rewards.getRewards({});
    expect(own.sums).toMatchObject({
      ...{ won_nanos: String(PRIZES[0]), claimed_nanos: String(PRIZES[0]) },
      ...{ owed_nanos: '0', coming_nanos: '0', claimable_nanos: '0', owed_back_nanos: '0' },
    });
    expect(own.items).toMatchObject([
      {
        ...{ stage: 'claimed', tx_hash: expect.stringMatching(/^0x/), award: { state: 'paid' } },
        epoch: { number: '1', state: 'active', wallet: ofWina.address },
      },
    ]);
    const anybody = world.visitor().api.rewards;
    const treasury = await anybody.getTreasury({});
    const { pool_nanos, escrowed_nanos, awarded_nanos, committed_nanos } = treasury;
    const promised = [pool_nanos, escrowed_nanos, awarded_nanos, committed_nanos].map(BigInt);
    expect(promised.reduce((sum, nanos) => sum + nanos)).toBe(BigInt(treasury.held_nanos));
    expect(treasury).toMatchObject({
      ...{ held_nanos: String(1_000n * NANOS - ALL_PRIZES), claimed_nanos: String(ALL_PRIZES), halt: null },
      reconciliation: { agrees: true, live: { epoch: '1', root: treasury.live?.root }, pending: null },
    });
    await expectRefusal(anybody.listEpochs({ cursor: 'of another list' }), 'INVALID_INPUT');
    await expectRefusal(anybody.getRewards({}), 'NOT_SIGNED_IN');
    const other = await fay.api.rewards.getRewards({});
    expect(other).toMatchObject({ items: [], next: [], wallet: null, sums: { won_nanos: '0' } });
  });
});
