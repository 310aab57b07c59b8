// What is committed of the compiled contracts: one file each, made anew by `npm run contracts`.
import fs from 'node:fs';
import path from 'node:path';
import * as prettier from 'prettier';
import type { Hex } from 'viem';
import type { Hardhat } from './compile.ts';
import { runtimeHash } from './runtime.ts';

const COMMITTED = ['StelaiToken', 'RewardDistributor', 'TimelockController'];

export const artifactsFolder = path.join(import.meta.dirname, 'artifacts');

/** By the file's name. */
export async function renderArtifacts(hardhat: Hardhat): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const contract of COMMITTED) {
    const dashed = contract.replaceAll(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    files.set(`${dashed}.ts`, await render(hardhat, contract));
  }
  return files;
}

async function render(hardhat: Hardhat, contract: string): Promise<string> {
  const { abi, bytecode, deployedBytecode, immutableReferences } =
    await hardhat.artifacts.readArtifact(contract);
  const immutables = Object.values(immutableReferences ?? {})
    .flat()
    .map(({ start, length }): [number, number] => [start, length])
    .sort(([a], [b]) => a - b);
  const text = `// Made by \`npm run contracts\` from ${contract}.sol. A test compiles it again and finds the same bytes.
export const ${contract[0]?.toLowerCase()}${contract.slice(1)} = {
  abi: ${JSON.stringify(abi)},
  bytecode: '${bytecode}',
  runtime_hash: '${runtimeHash(deployedBytecode as Hex, immutables)}',
  immutables: ${JSON.stringify(immutables)},
} as const;
`;
  const settings = await prettier.resolveConfig(artifactsFolder);
  return prettier.format(text, { ...settings, parser: 'typescript' });
}

export async function writeArtifacts(hardhat: Hardhat) {
  fs.mkdirSync(artifactsFolder, { recursive: true });
  for (const [name, text] of await renderArtifacts(hardhat))
    fs.writeFileSync(path.join(artifactsFolder, name), text);
}
