import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { StandardMerkleTree } from '@openzeppelin/merkle-tree';
import { buildTree } from '@stellary/epochs';
import { quantile, round } from '../quantile.ts';
import { leavesOf, PLACE } from './leaves.ts';

const RUNS = 5;
const AGAINST = 10_000;
/** One of theirs is long enough to be measured by itself. */
const OURS_A_TURN = 4;
const PROOFS = 20_000;
/** Node's own 16 MB let a young generation of garbage lie that nothing needs; a worker thread is given as little. */
const YOUNG_MB = 4;

/**
 * Trees of wallets in no order, from leaves to root, every rule looked at. By the clock, and by what the processor was
 * busy. `tree_1m_peak_mb` is all of a process that holds a million leaves and their tree. `vs_openzeppelin`: how much
 * longer the processor works on the same leaves with OpenZeppelin's library, in turns. Proofs are of the tree of 100,000,
 * each climbed to the root before it is handed out.
 */
export async function benchTree(): Promise<Record<string, number>> {
  const leaves = leavesOf(100_000);
  const hundred = { wall: [] as number[], cpu: [] as number[] };
  for (let run = 0; run < RUNS; run += 1) {
    const { wall_s, cpu_s } = await measured(() => buildTree(PLACE, leaves));
    hundred.wall.push(wall_s);
    hundred.cpu.push(cpu_s);
  }
  const million = await inProcess(1_000_000);
  const tree = await buildTree(PLACE, leaves);
  const proofs = await measured(() => proofTimes(tree));
  return {
    tree_100k_s: round(quantile(hundred.wall, 0.5), 2),
    tree_100k_cpu_s: round(quantile(hundred.cpu, 0.5), 2),
    tree_1m_s: round(million.wall_s, 2),
    tree_1m_cpu_s: round(million.cpu_s, 2),
    tree_1m_peak_mb: Math.round(million.peak_mb),
    vs_openzeppelin: round(await ratio(), 1),
    proof_ms_p50: round(quantile(proofs.made, 0.5), 3),
    proof_ms_p99: round(quantile(proofs.made, 0.99), 3),
    proof_cpu_ms: round((proofs.cpu_s * 1_000) / PROOFS, 3),
    tree_load: round(loadavg()[0] ?? 0),
  };
}

async function ratio(): Promise<number> {
  const leaves = leavesOf(AGAINST);
  const rows = leaves.map((leaf) => [PLACE.chain_id, PLACE.distributor, leaf.wallet, leaf.cumulative]);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    const other = await measured(() => StandardMerkleTree.of(rows, LEAF));
    theirs.push(other.cpu_s);
    for (let again = 0; again < OURS_A_TURN; again += 1) {
      const { made, cpu_s } = await measured(() => buildTree(PLACE, leaves));
      if (made.root !== other.made.root) throw new Error('the two trees are not the same');
      ours.push(cpu_s);
    }
  }
  return quantile(theirs, 0.5) / quantile(ours, 0.5);
}
const LEAF = ['uint256', 'address', 'address', 'uint256'];

function proofTimes({ leaves, proofOf }: Awaited<ReturnType<typeof buildTree>>): number[] {
  return Array.from({ length: PROOFS }, (_, index) => {
    const { wallet = '' } = leaves[(index * 7_919) % leaves.length] ?? {};
    const began = performance.now();
    if (!proofOf(wallet)) throw new Error('a wallet has no proof');
    return performance.now() - began;
  });
}

async function measured<Made>(make: () => Promise<Made> | Made) {
  const used = process.cpuUsage();
  const began = performance.now();
  const made = await make();
  const wall_s = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(used);
  return { made, wall_s, cpu_s: (user + system) / 1e6 };
}

type OneTree = { wall_s: number; cpu_s: number; peak_mb: number };

async function inProcess(size: number): Promise<OneTree> {
  const file = path.join(import.meta.dirname, 'one-tree.ts');
  const words = [`--max-semi-space-size=${YOUNG_MB}`, file, String(size)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout) as OneTree;
}
