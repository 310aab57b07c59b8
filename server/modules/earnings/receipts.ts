import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { present } from '../../kit/assert.ts';

/** The canonical bytes (RFC 8785) of a receipt's money part and their digest, "sha256:<hex>". */
export function sealReceipt(money: Record<string, unknown>): { canonical: string; digest: string } {
  const canonical = present(canonicalize(money), 'canonical JSON');
  return { canonical, digest: `sha256:${createHash('sha256').update(canonical).digest('hex')}` };
}
