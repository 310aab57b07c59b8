import { expect, test } from 'vitest';
import { LONG, runSolidityTests } from '../../../contracts/tests/solidity.ts';

test('what the contracts say to hold holds for as long as one looks', { timeout: 900_000 }, async () => {
  const results = await runSolidityTests(LONG);
  expect(results.filter(({ suite, passed }) => passed === (suite === 'ReachTest'))).toEqual([]);
});
