import { benchTree } from './tree.ts';

/** What an epoch of rewards asks of a machine. Each part answers with figures of its own. */
export async function benchRewards(): Promise<Record<string, number | string>> {
  return { ...(await benchTree()) };
}
