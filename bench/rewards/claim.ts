import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { claimGas, DEPTHS } from '../../contracts/tests/gas.ts';
import { compiled, openSetting } from '../../contracts/tests/setting.ts';
import { build } from '../../tools/tasks/build.ts';
import { inRoot } from '../../tools/tasks/paths.ts';
import { round } from '../quantile.ts';

/**
 * `claim_gas_repeat`: of a wallet that claims again, in the deepest tree that is measured, which is the dearest.
 *
 * `claim_page_wallet_kb_gz`: every script that comes to the page of rewards for wallets alone, and only once somebody
 * wants to claim by one: those that its dialog needs and the page has not got by itself, each packed alone by gzip at
 * its best.
 */
export async function benchClaim(): Promise<Record<string, number>> {
  const hardhat = await compiled();
  const gas = await claimGas(await openSetting(hardhat), Math.max(...DEPTHS));
  return {
    ...{ claim_gas_repeat: gas.repeat, claim_gas_first: gas.first },
    claim_page_wallet_kb_gz: round(await walletScriptsKb(), 2),
  };
}

type Chunk = { file: string; imports?: string[]; dynamicImports?: string[] };
const DIALOG = 'ui/rewards/ClaimByWallet.svelte';
const CLIENT = 'web/.svelte-kit/output/client';

async function walletScriptsKb(): Promise<number> {
  await build();
  const manifest = JSON.parse(fs.readFileSync(inRoot(`${CLIENT}/.vite/manifest.json`), 'utf8')) as Record<
    string,
    Chunk
  >;
  const pages = Object.keys(manifest).filter((key) => manifest[key]?.dynamicImports?.includes(DIALOG));
  if (pages.length !== 1) throw new Error(`the dialog of claims is asked for by ${pages.length} scripts`);
  const has = new Set(pages.flatMap((page) => withImports(manifest, page)));
  const comes = withImports(manifest, DIALOG).filter((key) => !has.has(key));
  const packed = comes.map((key) => gzipSync(scriptOf(manifest, key), { level: 9 }).length);
  return packed.reduce((total, bytes) => total + bytes, 0) / 1_000;
}

function withImports(manifest: Record<string, Chunk>, first: string): string[] {
  const found = new Set([first]);
  for (const key of found) for (const next of manifest[key]?.imports ?? []) found.add(next);
  return [...found];
}

const scriptOf = (manifest: Record<string, Chunk>, key: string) =>
  fs.readFileSync(path.join(inRoot(CLIENT), manifest[key]?.file ?? key));
