/**
 * Wallets that live in this browser: how they are found (EIP-6963, and `window.ethereum` where nobody answers to that)
 * and what they are asked (EIP-1193). Three questions need no library.
 */
type Provider = {
  request(asked: { method: string; params?: readonly unknown[] }): Promise<unknown>;
};
export type BrowserWallet = { id: string; name: string; icon: string | null; provider: Provider };

export type WalletTrouble =
  /** Whoever sits there said no. */
  | 'DECLINED'
  /** The wallet shows this page no account. */
  | 'NO_ACCOUNT'
  /** It does not know the chain, or stays on another. */
  | 'OTHER_CHAIN'
  /** It still waits for an answer to something else. */
  | 'BUSY'
  | 'FAILED';

export class WalletFailed extends Error {
  readonly code: WalletTrouble;
  constructor(code: WalletTrouble, says: string) {
    super(says);
    this.name = 'WalletFailed';
    this.code = code;
  }
}

/** Calls with the wallets that are there, and again as more say so. What it answers stops that. */
export function watchWallets(found: (wallets: BrowserWallet[]) => void): () => void {
  const wallets = new Map<string, BrowserWallet>();
  const tell = () => found([...wallets.values()]);
  const announced = (event: Event) => {
    const wallet = readAnnouncement(event);
    if (!wallet) return;
    wallets.delete(OLD_WAY);
    wallets.set(wallet.id, wallet);
    tell();
  };
  window.addEventListener('eip6963:announceProvider', announced);
  window.dispatchEvent(new Event('eip6963:requestProvider'));
  const wait = setTimeout(() => {
    const provider: unknown = Reflect.get(window, 'ethereum');
    if (wallets.size === 0 && isProvider(provider))
      wallets.set(OLD_WAY, { id: OLD_WAY, name: 'Wallet of this browser', icon: null, provider });
    tell();
  }, ANSWER_MS);
  return () => {
    clearTimeout(wait);
    window.removeEventListener('eip6963:announceProvider', announced);
  };
}

const OLD_WAY = 'window.ethereum';
const ANSWER_MS = 300;
const NAME_CHARS_MAX = 40;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isProvider = (value: unknown): value is Provider =>
  isRecord(value) && typeof value['request'] === 'function';

/** Any script of an extension may announce anything: a name is text, and a picture is one that comes along. */
function readAnnouncement(event: Event): BrowserWallet | null {
  const detail: unknown = event instanceof CustomEvent ? event.detail : null;
  if (!isRecord(detail)) return null;
  const { info, provider } = detail;
  if (!isRecord(info) || !isProvider(provider)) return null;
  const { uuid, name, icon } = info;
  if (typeof uuid !== 'string' || typeof name !== 'string') return null;
  const picture = typeof icon === 'string' && icon.startsWith('data:image/') ? icon : null;
  return { id: uuid, name: name.slice(0, NAME_CHARS_MAX), icon: picture, provider };
}

/** The account that the wallet shows this page, in lower case. It asks whoever sits there. */
export async function accountOf(wallet: BrowserWallet): Promise<string> {
  const accounts = await ask(wallet, 'eth_requestAccounts');
  const [first] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  if (typeof first !== 'string')
    throw new WalletFailed('NO_ACCOUNT', `${wallet.name} shows no account to this page.`);
  return first.toLowerCase();
}

/** The signature of the account on a text. */
export async function signText(wallet: BrowserWallet, address: string, text: string): Promise<string> {
  return textFrom(wallet, await ask(wallet, 'personal_sign', [inHex(text), address]));
}

type Call = { from: string; to: string; data: string; chain_id: string };

/** Sends a call, on the chain that it is for and no other; answers the hash of its transaction. */
export async function sendCall(wallet: BrowserWallet, { from, to, data, chain_id }: Call): Promise<string> {
  const chainId = `0x${BigInt(chain_id).toString(16)}`;
  if ((await ask(wallet, 'eth_chainId')) !== chainId)
    await ask(wallet, 'wallet_switchEthereumChain', [{ chainId }]);
  if ((await ask(wallet, 'eth_chainId')) !== chainId)
    throw new WalletFailed('OTHER_CHAIN', `${wallet.name} stays on another chain than ${chain_id}.`);
  return textFrom(wallet, await ask(wallet, 'eth_sendTransaction', [{ from, to, data, value: '0x0' }]));
}

const inHex = (text: string) =>
  `0x${[...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;

function textFrom({ name }: BrowserWallet, answer: unknown): string {
  if (typeof answer === 'string') return answer;
  throw new WalletFailed('FAILED', `${name} gave an answer that cannot be read.`);
}

const CODES: Record<number, [WalletTrouble, string]> = {
  4001: ['DECLINED', 'You declined in the wallet. Nothing happened.'],
  4100: ['NO_ACCOUNT', 'The wallet shows no account to this page. Open it, and connect this page.'],
  4902: ['OTHER_CHAIN', 'The wallet does not know this chain. Add it there, and try again.'],
  [-32_002]: ['BUSY', 'The wallet still waits for an answer. Open it.'],
};

async function ask({ name, provider }: BrowserWallet, method: string, params: readonly unknown[] = []) {
  try {
    return await provider.request({ method, params });
  } catch (trouble) {
    const known =
      isRecord(trouble) && typeof trouble['code'] === 'number' ? CODES[trouble['code']] : undefined;
    if (known) throw new WalletFailed(...known);
    const says = isRecord(trouble) && typeof trouble['message'] === 'string' ? trouble['message'] : '';
    throw new WalletFailed('FAILED', `${name} did not do it.${says ? ` It says: ${says}` : ''}`);
  }
}

/** What a wallet could not or did not do, for whoever sits there; null: it was something else. */
export const walletTrouble = (error: unknown): string | null =>
  error instanceof WalletFailed ? error.message : null;
