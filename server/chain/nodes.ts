// The nodes that are asked: one after the other, each only once it has said that it speaks for the right chain.
import {
  createPublicClient,
  createTransport,
  type EIP1193RequestFn,
  fallback,
  http,
  type PublicClient,
  type Transport,
} from 'viem';
import { ChainFailed, named } from './failed.ts';

export type Nodes = PublicClient;

type Question = { method: string; params?: unknown };

const ANSWER_MS_MAX = 10_000;

export function openNodes(place: { chain_id: bigint; rpc_urls: readonly string[] }): {
  nodes: Nodes;
  transport: Transport;
} {
  if (place.rpc_urls.length === 0) throw new ChainFailed('CHAIN_AWAY', 'no address of a node is named');
  const each = place.rpc_urls.map((url) => sayingItsChain(url, place.chain_id));
  const transport = fallback(each, { retryCount: 0 });
  return { transport, nodes: createPublicClient({ transport, cacheTime: 0, pollingInterval: 250 }) };
}

/** Every node that answers speaks for this chain, and one does answer. */
export async function assertNodes(place: { chain_id: bigint; rpc_urls: readonly string[] }) {
  const answers = await Promise.allSettled(
    place.rpc_urls.map((url) =>
      named('asking for the chain', openNodes({ ...place, rpc_urls: [url] }).nodes.getChainId()),
    ),
  );
  const failures = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const wrong = failures.find((one) => one instanceof ChainFailed && one.code === 'CHAIN_WRONG');
  if (wrong) throw wrong;
  if (failures.length === answers.length) throw failures[0];
}

function sayingItsChain(url: string, chainId: bigint): Transport {
  let is_known = false; // out here: the library opens a transport anew for each question
  return (options) => {
    const node = http(url, {
      timeout: ANSWER_MS_MAX,
      retryCount: 1,
      retryDelay: 100,
      fetchOptions: { redirect: 'error' },
    })(options);
    return createTransport(
      {
        ...node.config,
        retryCount: 0,
        request: (async (question: Question) => {
          try {
            if (!is_known) {
              const id = BigInt((await node.request({ method: 'eth_chainId' })) as string);
              if (id !== chainId)
                throw new ChainFailed(
                  'CHAIN_WRONG',
                  `${originOf(url)} is chain ${id}, and ${chainId} is ours`,
                );
              is_known = true;
            }
            return (await node.request(question as Parameters<typeof node.request>[0])) as unknown;
          } catch (error) {
            // after a silence it may be another machine that answers
            is_known = false;
            throw error;
          }
        }) as EIP1193RequestFn,
      },
      node.value,
    );
  };
}

/** What follows the host may be a key. */
const originOf = (url: string) => new URL(url).origin;
