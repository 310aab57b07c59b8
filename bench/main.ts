/** `npm run bench -- <area> [--json] [--long]`: prints prose, and with --json one JSON object on the last line. */
const AREAS: Record<string, (options: { long: boolean }) => Promise<Record<string, number | string>>> = {
  analytics: async () => (await import('./analytics/index.ts')).benchAnalytics(),
  competitions: async () => (await import('./competitions/index.ts')).benchCompetitions(),
  generation: async () => (await import('./generation/index.ts')).benchGeneration(),
  generate: async () => (await import('./generate.ts')).benchGenerate(),
  marketplace: async () => (await import('./marketplace.ts')).benchMarketplace(),
  registry: async () => (await import('./registry.ts')).benchRegistry(),
  rewards: async () => (await import('./rewards/index.ts')).benchRewards(),
  web: async () => (await import('./web.ts')).benchWeb(),
  ledger: async (options) => (await import('./ledger/index.ts')).benchLedger(options),
};

const [area = '', ...options] = process.argv.slice(2);
const bench = AREAS[area];
if (!bench) {
  process.stderr.write(`no area "${area}": there is ${Object.keys(AREAS).join(', ')}\n`);
  process.exit(2);
}
const figures = await bench({ long: options.includes('--long') });
for (const [key, value] of Object.entries(figures)) process.stderr.write(`  ${key.padEnd(26)} ${value}\n`);
if (options.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
