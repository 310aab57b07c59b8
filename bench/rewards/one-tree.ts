// A process that does nothing but grow one tree: `node one-tree.ts <leaves>` prints what it took.
import { buildTree } from '@stellary/epochs';
import { leavesOf, PLACE } from './leaves.ts';

const leaves = leavesOf(Number(process.argv[2]));
const used = process.cpuUsage();
const began = performance.now();
const { root } = await buildTree(PLACE, leaves);
const wall_s = (performance.now() - began) / 1_000;
const { user, system } = process.cpuUsage(used);
const peak_mb = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(JSON.stringify({ root, wall_s, cpu_s: (user + system) / 1e6, peak_mb }));
