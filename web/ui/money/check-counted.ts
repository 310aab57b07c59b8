/** Whether what one is owed is in the total that everybody sees; reckoned here, in the reader's browser. */
import { type Finding, liabilityCommitment, verifyHeader, verifyLiability } from '@stellary/proofs';
import type { JSONWebKeySet } from 'jose';
import { api } from '#web/api-client.ts';
import type { LiabilityProof, LiabilityRoot } from '#web/api-types.ts';

export type Check = { root: LiabilityRoot; proof: LiabilityProof; findings: Finding[] } | null;

/** Checks the newest published day; null when nothing was owed, or nothing is published yet. */
export async function checkCounted(liability: LiabilityRoot['liability']): Promise<Check> {
  const { items: roots } = await api.books.listLiabilityRoots({ limit: 10 });
  const root = roots.find((one) => one.liability === liability);
  if (!root) return null;
  const { items: proofs } = await api.books.getLiabilityProof({ day: root.day });
  const proof = proofs.find((one) => one.root.liability === liability);
  if (!proof) return null;
  const keys = (await (await fetch('/.well-known/jwks.json')).json()) as JSONWebKeySet;

  const signed = await verifyHeader(root.jws, 'liabilities', keys);
  const header = signed.holds ? signed.signed.header : null;
  const own = await liabilityCommitment(proof.salt, root.day, proof.holder_id);
  const counted = header && (await verifyLiability(proof.leaf, proof.proof, header));
  const findings = [
    {
      name: 'The published root is signed by our key',
      holds: header?.day === root.day && header.liability === liability && header.total === root.total_micros,
      detail: signed.detail,
    },
    {
      name: 'The leaf is yours: it is made of your account and a salt that only you are told',
      holds: own === proof.leaf.commitment,
      detail: own,
    },
    {
      name: 'Your amount is counted in the signed total',
      holds: counted?.holds ?? false,
      detail: counted?.detail ?? 'there is no signed total',
    },
  ];
  return { root, proof, findings };
}
