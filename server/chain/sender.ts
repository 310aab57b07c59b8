import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createWalletClient,
  type Hex,
  type Transport,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ChainFailed, named } from './failed.ts';
import type { Address, Sent } from './types.ts';

export type Sender = ReturnType<typeof openSender>;

/** One key. It sends one thing after the other: what is sent is numbered, and a number is good once. */
export function openSender(
  role: string,
  key: string | undefined,
  place: { chain_id: bigint; transport: Transport },
) {
  const account = key === undefined ? undefined : privateKeyToAccount(key as Hex);
  const wallet = createWalletClient({
    transport: place.transport,
    chain: {
      id: Number(place.chain_id),
      name: 'rewards',
      nativeCurrency: { name: 'coin', symbol: 'coin', decimals: 18 },
      rpcUrls: { default: { http: [] } },
    },
  });
  let last: Promise<unknown> = Promise.resolve();

  return {
    address: account?.address.toLowerCase() as Address | undefined,
    /** What the contract would refuse now is not sent. */
    send<
      const A extends Abi | readonly unknown[],
      F extends ContractFunctionName<A, 'nonpayable' | 'payable'>,
    >(call: {
      address: Address;
      abi: A;
      functionName: F;
      args: ContractFunctionArgs<A, 'nonpayable' | 'payable', F>;
    }): Promise<Sent> {
      if (!account)
        return Promise.reject(
          new ChainFailed(
            'CHAIN_KEY_MISSING',
            `the key of the ${role} is not here, and ${call.functionName} needs it`,
          ),
        );
      const sent = last
        .catch(() => {})
        .then(() =>
          named(
            `sending ${call.functionName}`,
            wallet.writeContract({ ...call, account } as unknown as Parameters<
              typeof wallet.writeContract
            >[0]),
          ),
        );
      last = sent;
      return sent.then((tx_hash) => ({ tx_hash }));
    },
  };
}
