/** Whether what one is owed is in the total that everybody sees; reckoned here, in the reader's browser. */
import { liabilityCommitment, verifyHeader, verifyLiability } from '@stellary/proofs';
import type { JSONWebKeySet } from 'jose';
import { api } from '#web/api-client.ts';
import type { LiabilityProof, LiabilityRoot } from '#web/api-types.ts';

export type Step = { what: string; holds: boolean };
export type Check = { root: LiabilityRoot; proof: LiabilityProof; steps: Step[] } | null;

/** Checks the newest published day; null when nothing was owed, or nothing is published yet. */
export async function checkCounted(asset: LiabilityRoot['asset']): Promise<Check> {
  const { items: roots } = await api.books.listLiabilityRoots({ limit: 10 });
  const root = roots.find((one) => one.asset === asset);
  if (!root) return null;
  const { items: proofs } = await api.books.getLiabilityProof({ day: root.day });
  const proof = proofs.find((one) => one.root.asset === asset);
  if (!proof) return null;
  const keys = (await (await fetch('/.well-known/jwks.json')).json()) as JSONWebKeySet;

  const signed = await verifyHeader(root.jws, 'liabilities', keys).catch(() => null);
  const header = signed?.header;
  const own = await liabilityCommitment(proof.salt, root.day, proof.holder_id);
  const steps = [
    {
      what: 'The published root is signed by our key',
      holds: header?.day === root.day && header.asset === asset && header.total === root.total_micros,
    },
    {
      what: 'The leaf is yours: it is made of your account and a salt that only you are told',
      holds: own === proof.liability.commitment,
    },
    {
      what: 'Your amount is counted in the signed total',
      holds: header !== undefined && (await verifyLiability(proof.liability, proof.proof, header)),
    },
  ];
  return { root, proof, steps };
}
