// The compiler and the chain of the tests, through Hardhat. Only who works on the contracts needs this: the product
// takes what is committed in artifacts/.
import { createRequire } from 'node:module';
import path from 'node:path';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';

/** The compiler is in an npm package as WebAssembly: nothing is fetched while it runs. */
const SOLC = createRequire(import.meta.url).resolve('solc/soljson.js');
const TIMELOCK = '@openzeppelin/contracts/governance/TimelockController.sol';

/** How long the Solidity tests look, and whether what they look at is compiled as it is deployed: that takes longer. */
export type Effort = {
  fuzz_runs: number;
  invariant_runs: number;
  invariant_depth: number;
  unoptimized?: boolean;
};

export type Hardhat = HardhatRuntimeEnvironment;

/** `folder` holds src/ and tests/; what is made of them goes into `out`. */
export async function openHardhat(folder: string, out: string, effort: Effort): Promise<Hardhat> {
  return createHardhatRuntimeEnvironment(
    {
      solidity: {
        version: '0.8.37',
        path: SOLC,
        npmFilesToBuild: [TIMELOCK],
        settings: {
          evmVersion: 'cancun',
          optimizer: { enabled: !effort.unoptimized, runs: 10_000 },
          // A comment or a folder's name must not change what is deployed.
          metadata: { bytecodeHash: 'none' },
        },
      },
      paths: {
        sources: { solidity: path.join(folder, 'src') },
        tests: { solidity: path.join(folder, 'tests') },
        artifacts: path.join(out, 'artifacts'),
        cache: path.join(out, 'cache'),
      },
      test: {
        solidity: {
          fuzz: { runs: effort.fuzz_runs, seed: '0x57e1a1' },
          invariant: { runs: effort.invariant_runs, depth: effort.invariant_depth, failOnRevert: false },
        },
      },
    },
    {},
    folder,
  );
}

/** Everything, or only these files. */
export async function compile(hardhat: Hardhat, only?: string[]) {
  const files = only ?? (await hardhat.solidity.getRootFilePaths());
  const result = await hardhat.solidity.build(files, { quiet: true, cleanupArtifacts: !only });
  if (hardhat.solidity.isSuccessfulBuildResult(result)) return;
  throw new Error('the contracts do not compile');
}
