/** `npm run simulate -- judging [--json] [--runs 200] [--seed 1]`: prints a table, and with --json one JSON object on the last line. */
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { json: { type: 'boolean' }, runs: { type: 'string' }, seed: { type: 'string' } },
});
const [what = ''] = positionals;
if (what !== 'judging') {
  process.stderr.write(`nothing to simulate called "${what}": there is judging\n`);
  process.exit(2);
}
const { simulateJudging } = await import('./judging.ts');
const figures = simulateJudging({ runs: Number(values.runs ?? 200), seed: Number(values.seed ?? 1) });
const { worlds: _, ...headline } = figures;
for (const [key, value] of Object.entries(headline))
  process.stderr.write(`  ${key.padEnd(26)} ${String(value)}\n`);
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
