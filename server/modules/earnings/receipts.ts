import { createHash, createHmac, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import { present } from '../../kit/assert.ts';

/** The canonical bytes (RFC 8785) of a receipt's money part and their digest, "sha256:<hex>". */
export function sealReceipt(money: Record<string, unknown>): { canonical: string; digest: string } {
  const canonical = present(canonicalize(money), 'canonical JSON');
  return { canonical, digest: `sha256:${createHash('sha256').update(canonical).digest('hex')}` };
}

/**
 * A receipt is read by everyone who was paid, and who paid is none of their business. So it names a
 * commitment, sha256 over generation, payer and a salt; the payer alone is told the salt and can show it.
 */
export function payerCommitment(salt: string, generation_id: string, payer_id: string): string {
  return `sha256:${createHash('sha256').update(`${generation_id}|${payer_id}|${salt}`).digest('hex')}`;
}

/** The salt of one generation's commitment: the same whenever it is asked for, and guessed by nobody. */
export const payerSalt = (key: KeyObject, generation_id: string): string =>
  createHmac('sha256', key).update(`payer of ${generation_id}`).digest('hex');
