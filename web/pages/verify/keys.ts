import type { ProofBundle } from '@stellary/proofs';

/** Loaded when this page opens, and nowhere else. */
export const loadProofs = () => import('@stellary/proofs');
export type Proofs = Awaited<ReturnType<typeof loadProofs>>;

/** Our key set, as everybody is given it; null when it cannot be had. Nothing of a file is sent for it. */
export async function publishedKeys({ parseKeySet }: Proofs): Promise<ProofBundle['jwks'] | null> {
  try {
    const answer = await fetch('/.well-known/jwks.json');
    return answer.ok ? parseKeySet(await answer.text()) : null;
  } catch {
    return null;
  }
}
