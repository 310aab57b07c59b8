// What is committed is what the sources say, and what the Solidity tests found.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { artifactsFolder, renderArtifacts } from './artifacts.ts';
import type { Hardhat } from './compile.ts';
import { checkRuntime, rewardDistributor, stelaiToken, timelockController } from './index.ts';
import { claimGas, DEPTHS, REPEAT_MAX } from './tests/gas.ts';
import { compiled, openSetting } from './tests/setting.ts';
import { runSolidityTests, SHORT } from './tests/solidity.ts';

let hardhat: Hardhat;

beforeAll(async () => {
  hardhat = await compiled();
});

describe('what is committed', () => {
  test('is what the compiler makes of the sources, byte for byte', async () => {
    const made = await renderArtifacts(hardhat);
    expect([...made.keys()].sort()).toEqual(fs.readdirSync(artifactsFolder).sort());
    for (const [name, text] of made)
      expect(fs.readFileSync(path.join(artifactsFolder, name), 'utf8') === text, name).toBe(true);
  });

  test('is known again on a chain, whatever it was deployed with', async () => {
    const { reader, token, distributor, distributorFor, timelock } = await openSetting(hardhat);
    const code = async (address: `0x${string}`) => reader.getCode({ address });
    const other = await distributorFor(token.address, token.address);
    expect(checkRuntime(stelaiToken, await code(token.address))).toBe(true);
    expect(checkRuntime(rewardDistributor, await code(distributor.at))).toBe(true);
    expect(checkRuntime(rewardDistributor, await code(other))).toBe(true);
    expect(checkRuntime(timelockController, await code((await timelock(60n)).address))).toBe(true);

    expect(checkRuntime(rewardDistributor, await code(token.address))).toBe(false);
    expect(checkRuntime(rewardDistributor, undefined)).toBe(false);
    expect(checkRuntime(rewardDistributor, '0x')).toBe(false);
    const right = await code(distributor.at);
    const patched = `${right?.slice(0, 100)}${right?.[100] === '0' ? '1' : '0'}${right?.slice(101)}`;
    expect(checkRuntime(rewardDistributor, patched as `0x${string}`)).toBe(false);
    expect(checkRuntime(rewardDistributor, `${right}00` as `0x${string}`)).toBe(false);
  });
});

test.each(DEPTHS)('a later claim in a tree %i deep costs no more than it may', async (depth) => {
  const { first, repeat } = await claimGas(await openSetting(hardhat), depth);
  expect(repeat).toBeLessThanOrEqual(REPEAT_MAX);
  expect(first).toBeGreaterThan(repeat);
});

describe('in Solidity', () => {
  test('what is said to hold holds, and everything that it is about was reached', async () => {
    const results = await runSolidityTests(SHORT);
    const wrong = results.filter(({ suite, passed }) => passed === (suite === 'ReachTest'));
    expect(wrong).toEqual([]);
    const count = (suite: string) => results.filter((result) => result.suite === suite).length;
    expect([count('InvariantTest'), count('ReachTest'), count('FuzzTest')]).toEqual([1, 12, 6]);
  });
});
