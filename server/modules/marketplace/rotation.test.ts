import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SURFACES } from '#api/slots/surfaces.ts';
import { keptForNew, placeKey, PLACES } from './quota.ts';
import { type Candidate, type Expected, filled, HOURS, orderOf, turnsOf, turnsThrough } from './rotation.ts';

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `0197c1d2-6f3a-7b60-9c1e-${String(index).padStart(12, '0')}`);
const candidate = fc.record({
  modality: fc.constantFrom('image' as const, 'video' as const, 'music' as const),
  impressions: fc.nat({ max: 40 }),
  is_new: fc.boolean(),
});
const candidates = fc
  .array(candidate, { minLength: 1, maxLength: 40 })
  .map((all) => ids(all.length).map((model_id, index): Candidate => ({ model_id, ...all[index]! })));
const seed = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
const share = fc.integer({ min: 0, max: 1_000_000 });
/** Some places are looked at far more than others. */
const looked = { ...constant(3), home_hero: 40, home_rail: 20 };
const quarter = { kept: keptForNew(250_000), expected: constant(1) };
const wholeDay = (order: readonly Candidate[], expected: Expected) =>
  turnsThrough(order, { kept: keptForNew(250_000), expected }, HOURS - 1).flat();

function constant(seen: number): Expected {
  return {
    ...{ home_hero: seen, home_rail: seen, explore_models: seen, explore_images: seen },
    ...{ explore_videos: seen, explore_music: seen, model_also_seen: seen, competitions: seen },
  };
}

describe('the places that are kept', () => {
  test('are as many as the share says, rounded up, and within every surface the last ones', () => {
    fc.assert(
      fc.property(share, (ppm) => {
        const kept = keptForNew(ppm);
        const open = PLACES.filter(({ surface }) => SURFACES[surface].positions > 1).length;
        const wanted = Math.ceil((PLACES.length * ppm) / 1_000_000);
        expect(kept.size).toBe(ppm === 1_000_000 ? PLACES.length : Math.min(wanted, open));
        for (const place of PLACES) {
          const behind = { ...place, position: place.position + 1 };
          if (kept.has(placeKey(place)) && behind.position <= SURFACES[place.surface].positions)
            expect(kept.has(placeKey(behind))).toBe(true);
        }
      }),
    );
  });
});

describe('turns', () => {
  test('follow from the seed and the candidates alone, in whatever order these come', () => {
    fc.assert(
      fc.property(candidates, seed, share, fc.nat(23), (all, drawn, ppm, hour) => {
        const kept = keptForNew(ppm);
        const by = { kept, expected: looked };
        const turns = turnsOf(orderOf(drawn, all), by, hour);
        expect(turnsOf(orderOf(drawn, all.toReversed()), by, hour)).toEqual(turns);
        for (const { surface, position, model_id, kind } of turns) {
          const model = all.find((one) => one.model_id === model_id);
          expect(SURFACES[surface].modality ?? model?.modality).toBe(model?.modality);
          if (kind === 'new_model_quota') {
            expect(model?.is_new).toBe(true);
            expect(kept.has(placeKey({ surface, position }))).toBe(true);
          }
        }
        const standing = turns.map(({ surface, model_id }) => `${surface} ${model_id}`);
        expect(new Set(standing).size).toBe(standing.length);
      }),
      { numRuns: 40 },
    );
  });

  test('who was seen least comes first, and among equals nobody can choose their place', () => {
    const [early = '', late = '', other = ''] = ids(3);
    const of = (model_id: string, impressions: number): Candidate => ({
      ...{ model_id, impressions, modality: 'image', is_new: true },
    });
    const order = (drawn: string) =>
      orderOf(drawn, [of(early, 9), of(late, 0), of(other, 0)]).map(({ model_id }) => model_id);
    expect(order('a').at(-1)).toBe(early);
    const lot = (drawn: string, id: string) =>
      createHash('sha256')
        .update(drawn + id)
        .digest('hex');
    for (const drawn of ['a', 'b', 'c', 'd'])
      expect(order(drawn)[0]).toBe(lot(drawn, late) < lot(drawn, other) ? late : other);
  });

  test('within a day nobody who may stand anywhere gets more than one turn more than another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 7, max: 40 }), seed, (count, drawn) => {
        // all may stand in the same places: no modality stands in anybody's way
        const all = ids(count).map((model_id): Candidate => ({ ...alike, model_id }));
        const turns = wholeDay(orderOf(drawn, all), constant(1)).filter(
          ({ kind }) => kind === 'new_model_quota',
        );
        const each = all.map(({ model_id }) => turns.filter((turn) => turn.model_id === model_id).length);
        expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 20 },
    );
  });
  const alike = { modality: 'image' as const, impressions: 0, is_new: true };

  test('over the days everybody is seen equally often, though some places are looked at far more than others', () => {
    const seen = new Map(ids(60).map((model_id) => [model_id, 0]));
    for (let day = 0; day < 40; day += 1) {
      const all = [...seen].map(([model_id, impressions]): Candidate => ({
        ...alike,
        model_id,
        impressions,
      }));
      for (const turn of wholeDay(orderOf(`day ${day}`, all), looked))
        if (turn.kind === 'new_model_quota')
          seen.set(turn.model_id, (seen.get(turn.model_id) ?? 0) + looked[turn.surface]);
    }
    const amounts = [...seen.values()];
    const mean = amounts.reduce((sum, one) => sum + one, 0) / amounts.length;
    // never more than a turn in the best place that is kept
    expect(Math.max(...amounts) - Math.min(...amounts)).toBeLessThanOrEqual(looked.home_rail);
    expect((Math.max(...amounts) - Math.min(...amounts)) / mean).toBeLessThan(0.1);
  });
});

describe('what stands in the places', () => {
  const places = PLACES.filter(({ surface }) => surface === 'home_rail');
  const all = ids(20).map((model_id): Candidate => {
    return { model_id, modality: 'image', impressions: 0, is_new: true };
  });

  test('what is booked; where that fell out, whose turn it is; and never a hole while anybody may', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(19), { maxLength: 15 }),
        fc.array(fc.nat(19), { maxLength: 6 }),
        (out, booked) => {
          const gone = new Set(out.map((index) => all[index]!.model_id));
          const bookings = booked.map((index, place) => ({
            surface: 'home_rail' as const,
            position: place + 1,
            model_id: all[index]!.model_id,
          }));
          const turns = turnsOf(all, quarter, 3).filter(({ surface }) => surface === 'home_rail');
          const shown = filled(places, { bookings, turns, order: all, may: (id) => !gone.has(id) });
          const models = shown.map(({ model_id }) => model_id);
          expect(new Set(models).size).toBe(models.length);
          expect(models.some((id) => gone.has(id))).toBe(false);
          expect(shown).toHaveLength(Math.min(places.length, all.length - gone.size));
          for (const booking of bookings)
            if (!gone.has(booking.model_id)) expect(models).toContain(booking.model_id);
        },
      ),
    );
  });
});
