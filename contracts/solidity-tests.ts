// The tests that are written in Solidity, in a process of their own: `node contracts/solidity-tests.ts <folder> <out>
// <effort>`. The last line says as JSON how each of them went.
import { compile, type Effort, openHardhat } from './compile.ts';

export type SolidityResult = { suite: string; test: string; passed: boolean; why: string };

type Run = {
  value?: { suiteResults: Suite[] };
  error?: { suiteResults: Suite[] };
};
type Suite = { id: { name: string }; testResults: { name: string; status: string; reason?: string }[] };

const [folder = '', out = '', effort = '{}'] = process.argv.slice(2);
const hardhat = await openHardhat(folder, out, JSON.parse(effort) as Effort);
await compile(hardhat);
const run = (await hardhat.tasks.getTask(['test', 'solidity']).run({ noCompile: true })) as Run;
const suites = (run.value ?? run.error)?.suiteResults ?? [];
const results = suites.flatMap(({ id, testResults }) =>
  testResults.map(({ name, status, reason }): SolidityResult => ({
    suite: id.name,
    test: name,
    passed: status === 'Success',
    why: reason ?? '',
  })),
);
process.stdout.write(`\n${JSON.stringify(results)}\n`);
