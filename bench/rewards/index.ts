import { benchClaim } from './claim.ts';
import { benchTree } from './tree.ts';

/** What an epoch of rewards asks of a machine, and a claim of whoever sends it. Each part answers with figures of its own. */
export async function benchRewards(): Promise<Record<string, number | string>> {
  return { ...(await benchTree()), ...(await benchClaim()) };
}
