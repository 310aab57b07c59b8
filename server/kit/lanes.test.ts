import { expect, test } from 'vitest';
import { gate } from '../../tests/eventually.ts';
import { lanes } from './lanes.ts';

test('so many works run at a time, in the order in which they came, also after one that failed', async () => {
  const run = lanes(2);
  const begun: number[] = [];
  const gates = Array.from({ length: 5 }, gate);
  const works = gates.map(({ opened }, place) =>
    run(async () => {
      begun.push(place);
      await opened;
      if (place === 1) throw new Error('it failed');
      return place;
    }),
  );
  const settled = Promise.allSettled(works);
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  gates[1]?.open();
  await expect(works[1]).rejects.toThrow('it failed');
  expect(begun).toEqual([0, 1, 2]);
  for (const { open } of gates) open();
  expect((await settled).map(({ status }) => status)).toEqual([
    ...['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  ]);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});
