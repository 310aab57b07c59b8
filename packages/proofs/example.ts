// A tiny house that keeps books: for tests, and to see what a proof bundle looks like. It makes up its own keys.
import { divide, applyRoyalties } from '@stellary/split';
import { CompactSign, type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { bundleOf, type ProofBundle } from './bundle.ts';
import { fromHash, sha256Hex, utf8 } from './bytes.ts';
import { canonical } from './canonical.ts';
import { inclusionProof, merkleTree } from './merkle.ts';
import { payerCommitment, type ReceiptMoney } from './receipt.ts';
import { type BlockHeader, type Header, headerHash, NO_PREVIOUS, ROOT_TYPE } from './roots.ts';

const SALT = '5a'.repeat(32);

/** The money of one generation: a creator, a collaborator and a parent release share 0.7 of it. */
export async function exampleMoney(generation_id: string, paid_micros: bigint): Promise<ReceiptMoney> {
  const split_parts: ReceiptMoney['terms']['split_parts'] = [
    { person_id: 'ada', role: 'creator', part_ppm: 750_000 },
    { person_id: 'ben', role: 'collaborator', part_ppm: 250_000 },
  ];
  const royalties = [{ release_id: 'base-model', person_id: 'cleo', royalty_ppm: 100_000 }];
  const terms = { share_ppm: 700_000, split_parts, royalties };
  const promo_micros = 250_000n;
  const parts = divide({
    promo_micros,
    paid_micros,
    share_ppm: terms.share_ppm,
    parts: applyRoyalties(split_parts, royalties),
    related: false,
  });
  return {
    receipt_version: 1,
    generation_id,
    payer: await payerCommitment(SALT, generation_id, 'paula'),
    related: false,
    quoted_micros: (promo_micros + paid_micros + 500n).toString(),
    charged_micros: (promo_micros + paid_micros).toString(),
    funding: { promo_micros: promo_micros.toString(), paid_micros: paid_micros.toString() },
    terms,
    parts: parts.map((part) => ({
      ...part,
      amount_micros: part.amount_micros.toString(),
      pending_micros: part.pending_micros.toString(),
      vesting_micros: part.vesting_micros.toString(),
    })),
  };
}

/** A bundle in which everything holds, for the second of three receipts in the second block of its day. */
export async function exampleBundle(
  change: (money: ReceiptMoney) => ReceiptMoney = (money) => money,
): Promise<ProofBundle> {
  const pair = await generateKeyPair('Ed25519', { extractable: true });
  const kid = 'example-key';
  const key = { kid, key: pair.privateKey };

  const money = await Promise.all([1n, 2n, 3n].map((n) => exampleMoney(`generation-${n}`, n * 1_000_001n)));
  const receipts = money.map((one, index) => canonical(index === 1 ? change(one) : one));
  const digests = await Promise.all(receipts.map((receipt) => sha256Hex(receipt)));
  const tree = await merkleTree(digests.map(fromHash));

  const first: BlockHeader = {
    kind: 'receipts-block',
    number: 1,
    first: 0,
    size: 7,
    root: await sha256Hex('seven receipts of others'),
    previous: NO_PREVIOUS,
    closed_at: '2026-11-22T10:00:00.000Z',
  };
  const block: BlockHeader = {
    ...first,
    number: 2,
    first: 7,
    size: tree.size,
    root: tree.root,
    previous: await headerHash(first),
    closed_at: '2026-11-22T10:00:05.000Z',
  };
  const blocks = await merkleTree([await headerHash(first), await headerHash(block)].map(fromHash));
  const day = {
    kind: 'receipts-day' as const,
    day: '2026-11-22',
    first_block: 1,
    blocks: blocks.size,
    root: blocks.root,
    previous: NO_PREVIOUS,
    closed_at: '2026-11-23T00:00:01.000Z',
  };
  return bundleOf({
    receipt: receipts[1] ?? '',
    digest: `sha256:${digests[1]}`,
    block: await signed(block, key),
    proof: inclusionProof(tree, 1),
    day: await signed(day, key),
    day_proof: inclusionProof(blocks, 1),
    jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), kid, alg: 'EdDSA', use: 'sig' }] },
    payer: { id: 'paula', salt: SALT },
  });
}

export type SigningKey = { kid: string; key: CryptoKey };

/** A header as whoever keeps books signs it. */
export const signed = (header: Header, { kid, key }: SigningKey): Promise<string> =>
  new CompactSign(utf8(canonical(header)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: ROOT_TYPE })
    .sign(key);
