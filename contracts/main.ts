// `npm run contracts`: compiles and writes what is committed. `-- gas`: what claims cost. `-- mutants`: whether the
// tests would notice mistakes.
import { writeArtifacts } from './artifacts.ts';
import { compile, openHardhat } from './compile.ts';
import path from 'node:path';

const COMMANDS: Record<string, () => Promise<void>> = {
  build: async () => {
    const hardhat = await openHardhat(
      import.meta.dirname,
      path.resolve(import.meta.dirname, '../.runtime/contracts'),
      { fuzz_runs: 1, invariant_runs: 1, invariant_depth: 1 },
    );
    await compile(hardhat);
    await writeArtifacts(hardhat);
  },
  gas: async () => {
    const { compiled, openSetting } = await import('./tests/setting.ts');
    const { claimGas, DEPTHS } = await import('./tests/gas.ts');
    const hardhat = await compiled();
    const rows = [];
    for (const depth of DEPTHS) rows.push(await claimGas(await openSetting(hardhat), depth));
    console.table(rows);
  },
  mutants: async () => (await import('./tests/mutants.ts')).huntMutants(),
};

const [name = 'build'] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) {
  process.stderr.write(`no "${name}": there are ${Object.keys(COMMANDS).join(', ')}\n`);
  process.exit(2);
}
await command();
