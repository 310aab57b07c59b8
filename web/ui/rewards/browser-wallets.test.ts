// Against a window that is only what these questions need: whoever listens and is told.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  accountOf,
  type BrowserWallet,
  sendCall,
  signText,
  WalletFailed,
  walletTrouble,
  watchWallets,
} from './browser-wallets.ts';

const UNTIL_ASKED_IN_THE_OLD_WAY_MS = 350;
const PICTURE = 'data:image/svg+xml,<svg/>';
const provider = { request: () => Promise.resolve(null) };

beforeEach(() => vi.stubGlobal('window', new EventTarget()));
afterEach(() => vi.unstubAllGlobals());

const announce = (info: unknown, by: unknown = provider) =>
  window.dispatchEvent(
    new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider: by }) }),
  );
const info = (uuid: string, name: string, icon: unknown = PICTURE) => ({ uuid, name, icon, rdns: 'x.y' });

test('wallets that answer are found, each once, also those that come late; after that nobody is told', () => {
  let found: BrowserWallet[] = [];
  window.addEventListener('eip6963:requestProvider', () => announce(info('1', 'Lantern')));
  const stop = watchWallets((wallets) => (found = wallets));
  expect(found).toEqual([{ id: '1', name: 'Lantern', icon: PICTURE, provider }]);
  announce(info('1', 'Lantern'));
  announce(info('2', 'Harbour'));
  expect(found.map(({ name }) => name)).toEqual(['Lantern', 'Harbour']);
  stop();
  announce(info('3', 'Too late'));
  expect(found).toHaveLength(2);
});

test('what is announced and is no wallet is passed over; a picture is one that comes along', () => {
  let found: BrowserWallet[] = [];
  const stop = watchWallets((wallets) => (found = wallets));
  announce(null);
  announce(info('1', 'No provider'), { request: 'me' });
  announce({ uuid: 1, name: 'No text' });
  window.dispatchEvent(new Event('eip6963:announceProvider'));
  announce(info('2', 'x'.repeat(500), 'https://elsewhere.example/seen.png'));
  stop();
  expect(found).toEqual([{ id: '2', name: 'x'.repeat(40), icon: null, provider }]);
});

test('where nobody answers window.ethereum is the wallet, and where nothing is there are none', async () => {
  const told: BrowserWallet[][] = [];
  const stop = watchWallets((wallets) => told.push(wallets));
  Reflect.set(window, 'ethereum', provider);
  await sleep(UNTIL_ASKED_IN_THE_OLD_WAY_MS);
  stop();
  expect(told.at(-1)).toMatchObject([{ id: 'window.ethereum', provider }]);
  Reflect.deleteProperty(window, 'ethereum');
  const stopAgain = watchWallets((wallets) => told.push(wallets));
  await sleep(UNTIL_ASKED_IN_THE_OLD_WAY_MS);
  stopAgain();
  expect(told.at(-1)).toEqual([]);
});

/** A wallet that answers as it is told, and remembers what it was asked. */
function walletOf(answers: Record<string, (params: readonly unknown[]) => unknown>) {
  const asked: [method: string, params: readonly unknown[]][] = [];
  const request = async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
    asked.push([method, params]);
    return answers[method]?.(params);
  };
  return { asked, wallet: { id: '1', name: 'Lantern', icon: null, provider: { request } } };
}
const refusing =
  (code: number, message = '') =>
  () => {
    throw Object.assign(new Error(message), { code });
  };
const troubleOf = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof WalletFailed ? error.code : error;
};

test('it is asked for an account, and for a signature on the text as it is', async () => {
  const { wallet, asked } = walletOf({
    eth_requestAccounts: () => ['0xABC0000000000000000000000000000000000001'],
    personal_sign: () => '0x51',
  });
  const address = await accountOf(wallet);
  expect(address).toBe('0xabc0000000000000000000000000000000000001');
  expect(await signText(wallet, address, 'é\n1')).toBe('0x51');
  expect(asked.at(-1)).toEqual(['personal_sign', ['0xc3a90a31', address]]);
});

test('a call is sent on its chain and on no other', async () => {
  const call = { from: '0x1', to: '0x2', data: '0x3', chain_id: '31337' };
  let chain = '0x1';
  const turning = walletOf({
    eth_chainId: () => chain,
    wallet_switchEthereumChain: () => (chain = '0x7a69'),
    eth_sendTransaction: () => '0xhash',
  });
  expect(await sendCall(turning.wallet, call)).toBe('0xhash');
  expect(turning.asked.map(([method]) => method)).toEqual([
    'eth_chainId',
    'wallet_switchEthereumChain',
    'eth_chainId',
    'eth_sendTransaction',
  ]);
  expect(turning.asked.at(-1)?.[1]).toEqual([{ from: '0x1', to: '0x2', data: '0x3', value: '0x0' }]);
  const staying = walletOf({ eth_chainId: () => '0x1' });
  expect(await troubleOf(sendCall(staying.wallet, call))).toBe('OTHER_CHAIN');
  expect(staying.asked.map(([method]) => method)).not.toContain('eth_sendTransaction');
});

test.each([
  [4001, 'DECLINED'],
  [4100, 'NO_ACCOUNT'],
  [4902, 'OTHER_CHAIN'],
  [-32_002, 'BUSY'],
  [-32_603, 'FAILED'],
])('what it answers with %i is %s, in words', async (code, trouble) => {
  const { wallet } = walletOf({ eth_requestAccounts: refusing(code, 'no gas') });
  expect(await troubleOf(accountOf(wallet))).toBe(trouble);
  const error: unknown = await accountOf(wallet).catch((thrown: unknown) => thrown);
  expect(walletTrouble(error)).toMatch(trouble === 'FAILED' ? /no gas$/ : /\.$/);
});

test('no account, and an answer that is none, have a name; what is not of the wallet is nobody’s word', async () => {
  expect(await troubleOf(accountOf(walletOf({ eth_requestAccounts: () => [] }).wallet))).toBe('NO_ACCOUNT');
  expect(await troubleOf(signText(walletOf({}).wallet, '0x1', 'text'))).toBe('FAILED');
  expect(walletTrouble(new TypeError('fetch failed'))).toBeNull();
});
