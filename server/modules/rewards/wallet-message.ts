import { checksumAddress, type Hex } from 'viem';

/**
 * What a wallet signs to be linked, as EIP-4361 has it, so that wallets show it in their own words and warn whoever
 * signs it on another page. viem writes the same, but takes no host of one word and no IPv6 for a domain.
 */
export function linkMessage(link: {
  /** Of the page, such as https://stellary.ai */
  origin: string;
  handle: string;
  address: string;
  chain_id: bigint;
  nonce: string;
  asked_at: Date;
  expires_at: Date;
}): string {
  return [
    `${new URL(link.origin).host} wants you to sign in with your Ethereum account:`,
    checksumAddress(link.address as Hex),
    '',
    `Pay what @${link.handle} wins at StellaryAI to this wallet. Signing moves nothing and allows nobody to spend.`,
    '',
    `URI: ${link.origin}/settings/wallets`,
    'Version: 1',
    `Chain ID: ${link.chain_id}`,
    `Nonce: ${link.nonce}`,
    `Issued At: ${link.asked_at.toISOString()}`,
    `Expiration Time: ${link.expires_at.toISOString()}`,
  ].join('\n');
}
