import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOpen, lookedOn, NOTHING, progressOf, type Seen } from './gate.ts';

const seen: fc.Arbitrary<Seen> = fc.record({
  visible: fc.boolean(),
  there: fc.boolean(),
  playing: fc.constantFrom('left', 'right', null),
});
const after = (all: readonly (readonly [number, Seen])[]) =>
  all.reduce((looked, [ms, one]) => lookedOn(looked, ms, one), NOTHING);
const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), seen));

test('pictures open when both were in sight for long enough, and not a moment before', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const inSight = all.reduce((sum, [ms, one]) => sum + (one.visible && one.there ? ms : 0), 0);
      expect(isOpen(progressOf({ look_ms: 2000 }, after(all)))).toBe(inSight >= 2000);
    }),
  );
});

test('films and music open when each side has played, and one side does not count for the other', () => {
  const play_ms = { left: 1000, right: 1500 };
  fc.assert(
    fc.property(steps, (all) => {
      const of = (side: 'left' | 'right') =>
        all.reduce((sum, [ms, one]) => sum + (one.visible && one.playing === side ? ms : 0), 0);
      expect(isOpen(progressOf({ play_ms }, after(all)))).toBe(of('left') >= 1000 && of('right') >= 1500);
    }),
  );
  const onlyLeft = after([[9000, { visible: true, there: true, playing: 'left' }]]);
  expect(progressOf({ play_ms }, onlyLeft)).toEqual({ left: 1, right: 0 });
});
