import {
  BaseError,
  ContractFunctionRevertedError,
  HttpRequestError,
  InsufficientFundsError,
  TimeoutError,
} from 'viem';

export type ChainTrouble =
  /** A node speaks for another chain than the one that was named. */
  | 'CHAIN_WRONG'
  /** What lies at an address is not the contract that was compiled here. */
  | 'CHAIN_CODE_DIFFERS'
  /** The contracts are ours, and set up for another token or other roles. */
  | 'CHAIN_SETUP_DIFFERS'
  /** A key that everybody knows would hold a role or sign. */
  | 'CHAIN_KEY_IS_PUBLIC'
  /** The key for this act was not given to this process. */
  | 'CHAIN_KEY_MISSING'
  /** Whoever sends has no coins to pay for it. */
  | 'CHAIN_FEES_SHORT'
  /** What was sent before is in no block yet: look again. */
  | 'CHAIN_BUSY'
  /** No node gives an answer that one can use. */
  | 'CHAIN_AWAY'
  /** The node has forgotten what lay at that block, or does not know the block yet. */
  | 'CHAIN_BLOCK_UNKNOWN'
  /** What a node says cannot be true. */
  | 'CHAIN_LIES'
  /** Another block took the place of one while it was read: ask again. */
  | 'CHAIN_MOVED'
  /** The contract refuses; `refusal` is its own word. */
  | 'CHAIN_REFUSED';

export class ChainFailed extends Error {
  readonly code: ChainTrouble;
  readonly refusal: string | undefined;

  constructor(code: ChainTrouble, sentence: string, refusal?: string) {
    super(`${code}: ${sentence}`);
    this.name = 'ChainFailed';
    this.code = code;
    this.refusal = refusal;
  }
}

/** One question or act; whatever goes wrong gets its name. */
export async function named<T>(what: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw nameOf(what, error);
  }
}

const UNKNOWN_BLOCK =
  /BlockOutOfRange|header not found|missing trie node|unknown block|block not found|could not be found/i;

/** Without the error of the library as its cause: the address of a node, which may hold a key, stands in it. */
function nameOf(what: string, error: unknown): ChainFailed {
  const own = find(error, (one) => one instanceof ChainFailed);
  if (own) return own;
  const reverted = find(error, (one) => one instanceof ContractFunctionRevertedError);
  if (reverted) {
    const refusal = reverted.data?.errorName ?? reverted.reason ?? 'without a word';
    return new ChainFailed('CHAIN_REFUSED', `${what}: ${refusal}`, refusal);
  }
  if (!(error instanceof BaseError))
    return new ChainFailed('CHAIN_LIES', `${what}: the answer cannot be read (${withoutAddress(error)})`);
  if (find(error, (one) => one instanceof InsufficientFundsError))
    return new ChainFailed(
      'CHAIN_FEES_SHORT',
      `${what}: the key has too few coins to pay for the transaction`,
    );
  const why = withoutAddress(`${error.shortMessage} ${error.details}`);
  const is_silent = find(
    error,
    (one): one is Error => one instanceof HttpRequestError || one instanceof TimeoutError,
  );
  if (!is_silent && UNKNOWN_BLOCK.test(why)) return new ChainFailed('CHAIN_BLOCK_UNKNOWN', `${what}: ${why}`);
  return new ChainFailed('CHAIN_AWAY', `${what}: ${why}`);
}

const withoutAddress = (words: unknown) =>
  String(words).replaceAll(/\b(?:https?|wss?):\/\/\S+/g, '(address)');

/** The error or what caused it. */
function find<T extends Error>(error: unknown, is: (one: unknown) => one is T): T | undefined {
  if (is(error)) return error;
  return error instanceof Error ? find(error.cause, is) : undefined;
}
