/**
 * What a wallet is asked to sign, read from its bytes and not from words beside them. It is
 * `claim(address account, uint256 cumulative, bytes32[] proof)` and nothing else.
 */
export type DecodedClaim = { account: string; cumulative: bigint; proof: string[] };

const SELECTOR = '3d13f874';
const WORD = 64;
/** Where the list begins, in bytes behind the selector: after the three words of the arguments. */
const LIST_AT = 96n;

/** Null for any other call, and for one that holds more than it says. */
export function decodeClaim(data: string): DecodedClaim | null {
  const [, selector, body = ''] = /^0x([0-9a-f]{8})([0-9a-f]*)$/.exec(data.toLowerCase()) ?? [];
  if (selector !== SELECTOR || body.length % WORD !== 0) return null;
  const words = Array.from({ length: body.length / WORD }, (_, n) => body.slice(n * WORD, (n + 1) * WORD));
  const [account, cumulative, list, length, ...proof] = words;
  if (account === undefined || cumulative === undefined || list === undefined || length === undefined)
    return null;
  if (!/^0{24}/.test(account) || BigInt(`0x${list}`) !== LIST_AT) return null;
  if (BigInt(`0x${length}`) !== BigInt(proof.length)) return null;
  return {
    account: `0x${account.slice(24)}`,
    cumulative: BigInt(`0x${cumulative}`),
    proof: proof.map((hash) => `0x${hash}`),
  };
}
