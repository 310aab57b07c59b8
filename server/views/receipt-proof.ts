import type { ReceiptProof } from '#api/earnings/shapes.ts';
import { bundleOf, inclusionProof, type MerkleTree } from '@stellary/proofs';
import type { Context } from '../context.ts';
import type { GenerationId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { onePer } from '../kit/batcher.ts';
import * as earnings from '../modules/earnings/index.ts';
import { refuse } from '../refuse.ts';
import { type Reader, sealedReceiptFor } from './receipt.ts';

/** A new receipt gets its place within about this long. */
const CLOSED_WITHIN_S = 3;

/** The proof bundle of a receipt, for whoever may read the receipt. Who paid is in it only if the payer wants that. */
export async function receiptProofFor(
  context: Context,
  reader: Reader,
  id: GenerationId,
  { with_payer }: { with_payer: boolean },
): Promise<ReceiptProof> {
  const { db, signer, receipt_key } = context;
  const { receipt, is_payer } = await sealedReceiptFor(db, reader, id);
  const place = await earnings.placeOfReceipt(db, id);
  if (!place) refuse('RECEIPT_NOT_CLOSED_YET', { retry_after_s: CLOSED_WITHIN_S });

  const [block, day] = await Promise.all([
    earnings.blockByNumber(db, place.block),
    earnings.dayOfBlock(db, place.block),
  ]);
  const { header, jws } = present(block, 'the block of a place');
  const trees = treesOf(context);
  const ofBlock = await trees(`block ${header.number}`, () => earnings.treeOfBlock(db, header.number));
  const ofDay = day && (await trees(`day ${day.header.day}`, () => earnings.treeOfDay(db, day.header)));
  return bundleOf({
    receipt: receipt.canonical,
    digest: receipt.digest,
    block: jws,
    proof: inclusionProof(ofBlock, place.index),
    ...(day &&
      ofDay && { day: day.jws, day_proof: inclusionProof(ofDay, header.number - day.header.first_block) }),
    jwks: signer.jwks(),
    ...(with_payer && is_payer && { payer: { id: reader.id, salt: earnings.payerSalt(receipt_key, id) } }),
  });
}

/** Trees of thousands of leaves that never change: those asked for last are kept. */
const TREES_KEPT = 8;

const treesOf = onePer<Context, (name: string, make: () => Promise<MerkleTree>) => Promise<MerkleTree>>(
  () => {
    const kept = new Map<string, Promise<MerkleTree>>();
    return async (name, make) => {
      const tree = kept.get(name) ?? make();
      kept.delete(name);
      kept.set(name, tree);
      for (const oldest of kept.keys()) if (kept.size > TREES_KEPT) kept.delete(oldest);
      // what could not be read is asked for again
      tree.catch(() => kept.delete(name));
      return tree;
    };
  },
);
