import { expect, test } from 'vitest';
import { rateLimits } from './rate-limits.ts';

test('a burst in parallel gets exactly its room', async () => {
  const limits = rateLimits({ read: { times: 5, in_s: 60 }, write: { times: 1, in_s: 60 } });
  const burst = await Promise.all(Array.from({ length: 50 }, () => limits.take('read', 'ada')));
  expect(burst.filter((wait) => wait === null)).toHaveLength(5);
  expect(burst.filter((wait) => wait !== null && wait >= 1 && wait <= 60)).toHaveLength(45);
  expect(await limits.take('read', 'bob')).toBeNull();
  expect(await limits.take('write', 'ada')).toBeNull();
});

test('what is given back can be taken again', async () => {
  const limits = rateLimits({ wrong: { times: 2, in_s: 60 } });
  for (let round = 0; round < 5; round += 1) {
    expect(await limits.take('wrong', 'ada')).toBeNull();
    await limits.giveBack('wrong', 'ada');
  }
  expect(await limits.take('wrong', 'ada')).toBeNull();
  expect(await limits.take('wrong', 'ada')).toBeNull();
  expect(await limits.take('wrong', 'ada')).toBeGreaterThan(0);
});
