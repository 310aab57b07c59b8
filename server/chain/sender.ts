import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createWalletClient,
  type Hex,
  publicActions,
  type Transport,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ChainFailed, named } from './failed.ts';
import type { Address, Sent } from './types.ts';

export type Sender = ReturnType<typeof openSender>;

/** A transaction that is in no block for so long is replaced by the next one that is sent. */
const HANGS_MS = 3 * 60_000;
/** Nodes take a replacement from a tenth more on. */
const RAISED_BY = { times: 5n, of: 4n };
/** The fee is at most this many times what the chain asks for now. */
const RAISED_TIMES_MAX = 10n;

type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };
type Call<A extends Abi | readonly unknown[], F extends ContractFunctionName<A, 'nonpayable' | 'payable'>> = {
  address: Address;
  abi: A;
  functionName: F;
  args: ContractFunctionArgs<A, 'nonpayable' | 'payable', F>;
};

/**
 * One key. It sends one thing after the other: what is sent is numbered, and a number is good once.
 *
 * Whoever decides by what the chain is sends nothing while something of theirs is in no block yet, or they would send
 * the same again at each look: `CHAIN_BUSY`. For others it is put in a queue (`behind`). What hangs is replaced under its
 * own number by what is sent next, for a higher fee, and is never in a block then.
 */
export function openSender(
  role: string,
  key: string | undefined,
  { chain_id, transport, hangs_ms = HANGS_MS }: { chain_id: bigint; transport: Transport; hangs_ms?: number },
) {
  const account = key === undefined ? undefined : privateKeyToAccount(key as Hex);
  const wallet = createWalletClient({
    transport,
    chain: {
      id: Number(chain_id),
      name: 'rewards',
      nativeCurrency: { name: 'coin', symbol: 'coin', decimals: 18 },
      rpcUrls: { default: { http: [] } },
    },
  }).extend(publicActions);
  let last: Promise<unknown> = Promise.resolve();
  /** The first number that is in no block, and since when it is seen to be. */
  let first: { nonce: number; seen_at: number; fees: Fees | null } | null = null;

  /** Under which number the next one goes; with fees where it takes the place of one that hangs. */
  async function numberFor(address: Address, behind: boolean): Promise<{ nonce: number; fees: Fees | null }> {
    const [mined, known] = await Promise.all([
      wallet.getTransactionCount({ address, blockTag: 'latest' }),
      wallet.getTransactionCount({ address, blockTag: 'pending' }),
    ]);
    if (first?.nonce !== mined) first = { nonce: mined, seen_at: performance.now(), fees: null };
    if (known <= mined) return { nonce: mined, fees: null };
    if (performance.now() - first.seen_at >= hangs_ms)
      return { nonce: mined, fees: await raised(first.fees) };
    if (!behind)
      throw new ChainFailed('CHAIN_BUSY', `the transaction ${mined} of the ${role} is in no block yet`);
    return { nonce: known, fees: null };
  }

  async function raised(before: Fees | null): Promise<Fees> {
    const asked = await wallet.estimateFeesPerGas();
    const more = (fee: bigint, now: bigint) => {
      const up = ((fee > now ? fee : now) * RAISED_BY.times) / RAISED_BY.of + 1n;
      const max = now * RAISED_TIMES_MAX;
      return up < max ? up : max;
    };
    return {
      maxFeePerGas: more(before?.maxFeePerGas ?? 0n, asked.maxFeePerGas),
      maxPriorityFeePerGas: more(before?.maxPriorityFeePerGas ?? 0n, asked.maxPriorityFeePerGas),
    };
  }

  return {
    address: account?.address.toLowerCase() as Address | undefined,
    /** What the contract would refuse now is not sent. */
    send<
      const A extends Abi | readonly unknown[],
      F extends ContractFunctionName<A, 'nonpayable' | 'payable'>,
    >(call: Call<A, F>, { behind = false } = {}): Promise<Sent> {
      if (!account)
        return Promise.reject(
          new ChainFailed(
            'CHAIN_KEY_MISSING',
            `the key of the ${role} is not here, and ${call.functionName} needs it`,
          ),
        );
      const act = async () => {
        const { nonce, fees } = await numberFor(account.address, behind);
        // also where the node says no: the one that hangs may have been sent for more than it is known here
        if (first && fees) first.fees = fees;
        return wallet.writeContract({ ...call, account, nonce, ...fees } as unknown as Parameters<
          typeof wallet.writeContract
        >[0]);
      };
      const sent = last.catch(() => {}).then(() => named(`sending ${call.functionName}`, act()));
      last = sent;
      return sent.then((tx_hash) => ({ tx_hash }));
    },
  };
}
