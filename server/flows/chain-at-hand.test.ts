import { expect, test } from 'vitest';
import { ChainFailed } from '../chain/index.ts';
import { orAway } from './chain-at-hand.ts';

test('a node that hangs is away to whoever waits, and so is one that is; other trouble keeps its name', async () => {
  const never = new Promise<never>(() => {});
  await expect(orAway(never, 1)).rejects.toMatchObject({ code: 'CHAIN_AWAY' });
  const silent = Promise.reject(new ChainFailed('CHAIN_AWAY', 'no answer'));
  await expect(orAway(silent)).rejects.toMatchObject({ code: 'CHAIN_AWAY', name: 'Refusal' });
  const refused = Promise.reject(new ChainFailed('CHAIN_REFUSED', 'NothingToClaim', 'NothingToClaim'));
  await expect(orAway(refused)).rejects.toMatchObject({ refusal: 'NothingToClaim' });
  expect(await orAway(Promise.resolve(1))).toBe(1);
});
