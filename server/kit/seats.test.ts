import { expect, test } from 'vitest';
import { createSeats } from './seats.ts';

test('each takes as many seats as one may, and one that is left is free for its taker again', () => {
  const seats = createSeats({ each: 2 });
  const ann = { name: 'ann' };
  const leave = seats.take(ann);
  expect(seats.take(ann)).not.toBeNull();
  expect(seats.take(ann)).toBeNull();
  expect(seats.take({ name: 'bea' })).not.toBeNull();
  leave?.();
  expect(seats.take(ann)).not.toBeNull();
  expect(seats.take(ann)).toBeNull();
});

test('a seat that is left twice is free once', () => {
  const seats = createSeats({ each: 2, all: 3 });
  const ann = { name: 'ann' };
  const leave = seats.take(ann);
  seats.take(ann);
  leave?.();
  leave?.();
  expect(seats.take(ann)).not.toBeNull();
  expect(seats.take(ann)).toBeNull();
});

test('together they take no more than there are, and what was refused took nothing', () => {
  const seats = createSeats({ each: 2, all: 2 });
  const leave = seats.take({ name: 'ann' });
  seats.take({ name: 'bea' });
  expect(seats.take({ name: 'cleo' })).toBeNull();
  leave?.();
  expect(seats.take({ name: 'cleo' })).not.toBeNull();
  expect(seats.take({ name: 'ann' })).toBeNull();
});

test('strangers leave seats to those who are known', () => {
  const seats = createSeats({ each: 2, all: 3, strangers: 1 });
  const leave = seats.take({ name: 'one', isStranger: true });
  expect(seats.take({ name: 'two', isStranger: true })).toBeNull();
  expect(seats.take({ name: 'ann' })).not.toBeNull();
  leave?.();
  expect(seats.take({ name: 'two', isStranger: true })).not.toBeNull();
});
