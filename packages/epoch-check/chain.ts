/** A root as the distributor keeps it; all zero where there is none. */
export type Root = { root: string; manifest: string; total: bigint; epoch: bigint; eta: bigint };

/** What the contract says of itself, all of it at one block. */
export type OnChain = {
  block: bigint;
  live: Root;
  pending: Root;
  previous: Root;
  total_claimed: bigint;
  balance: bigint;
};

/** The node gave no answer, or none that can be read. That says nothing about the epoch. */
export class NodeSilent extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NodeSilent';
  }
}

/** The first four bytes of the hash of each: a library for six of them would be the largest part of this package. */
export const SELECTORS = {
  'live()': '0x957aa58c',
  'pending()': '0xe20ccec3',
  'previous()': '0x7c2b2e71',
  'totalClaimed()': '0xd54ad2a1',
  'token()': '0xfc0c546a',
  'balanceOf(address)': '0x70a08231',
} as const;

const WAIT_MS_MAX = 20_000;

/** Asks a node by plain JSON-RPC. */
export const chainIdOf = async (rpc: string): Promise<bigint> => quantity(await ask(rpc, 'eth_chainId', []));

/** Null where no such contract is. */
export async function readDistributor(rpc: string, distributor: string): Promise<OnChain | null> {
  const block = quantity(await ask(rpc, 'eth_blockNumber', []));
  const view = async (to: string, data: string): Promise<bigint[]> => {
    const answer = await ask(rpc, 'eth_call', [{ to, data }, `0x${block.toString(16)}`]);
    // a contract that has no such function
    if (answer === null) return [];
    if (typeof answer !== 'string' || !/^0x([0-9a-f]{64})*$/i.test(answer))
      throw new NodeSilent('the node answers a call with no words');
    return (answer.match(/[0-9a-f]{64}/gi) ?? []).map((word) => BigInt(`0x${word}`));
  };
  const [live, pending, previous, claimed, token] = [
    rootOf(await view(distributor, SELECTORS['live()'])),
    rootOf(await view(distributor, SELECTORS['pending()'])),
    rootOf(await view(distributor, SELECTORS['previous()'])),
    await view(distributor, SELECTORS['totalClaimed()']),
    await view(distributor, SELECTORS['token()']),
  ];
  const [total_claimed] = claimed;
  const [token_word] = token;
  if (!live || !pending || !previous || total_claimed === undefined || token_word === undefined) return null;
  const holder = distributor.slice(2).padStart(64, '0');
  const [balance] = await view(hex(token_word, 40), `${SELECTORS['balanceOf(address)']}${holder}`);
  return balance === undefined ? null : { block, live, pending, previous, total_claimed, balance };
}

function rootOf([root, manifest, total, epoch, eta]: readonly bigint[]): Root | null {
  if (root === undefined || manifest === undefined) return null;
  if (total === undefined || epoch === undefined || eta === undefined) return null;
  return { root: hex(root, 64), manifest: hex(manifest, 64), total, epoch, eta };
}

const hex = (word: bigint, digits: number): string => `0x${word.toString(16).padStart(digits, '0')}`;

function quantity(answer: unknown): bigint {
  if (typeof answer === 'string' && /^0x[0-9a-f]{1,64}$/i.test(answer)) return BigInt(answer);
  throw new NodeSilent('the node answers with no number');
}

async function ask(rpc: string, method: string, params: readonly unknown[]): Promise<unknown> {
  let answer: { result?: unknown; error?: { message?: unknown } } | null;
  try {
    const response = await fetch(rpc, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(WAIT_MS_MAX),
    });
    answer = await response.json();
  } catch (error) {
    throw new NodeSilent(
      `the node gives no answer: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const said = String(answer?.error?.message ?? '').replaceAll(/[^ -~]/g, '?');
  if (method === 'eth_call' && said.includes('revert')) return null;
  if (answer?.result === undefined || answer.result === null)
    throw new NodeSilent(`the node refuses ${method}: ${said}`);
  return answer.result;
}
