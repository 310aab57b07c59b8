import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketKey, bucketName } from './buckets.ts';
import { mostOfStep, STEPS, stepOfCount } from './heat.ts';
import { marksIn, paintOf, sentenceOf, type Series, sheetOf, type TimeLine } from './lines.ts';
import { csvOf } from './sheet.ts';
import { duration, onAxis, plain, shown } from './units.ts';

const micros = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });

test('a file holds every figure exactly, however odd the names are', () => {
  const row = fc.record({
    key: fc.string(),
    label: fc.string(),
    values: fc.array(micros, { minLength: 1, maxLength: 1 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), fc.string(), (rows, head) => {
      const csv = csvOf({
        ...{ head, columns: [{ name: 'Earned', unit: 'credits' }] },
        rows: rows.map((one) => ({ ...one, values: one.values.map(String) })),
      });
      const read = parse(csv, { relax_column_count: false, record_delimiter: '\r\n' }).slice(1);
      expect(read.map(([, value]) => microsOfText(value ?? ''))).toEqual(rows.map(({ values }) => values[0]));
      // a spreadsheet runs none of it
      for (const [name = ''] of read) expect(name).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});

const microsOfText = (text: string) => {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(6, '0')}`);
};

test('a table shows the digits that the file holds', () => {
  fc.assert(
    fc.property(micros, (value) => {
      const text = shown(value.toString(), 'credits').replaceAll(',', '').replace('−', '-');
      expect(text).toBe(plain(value.toString(), 'credits'));
    }),
  );
});

test('nothing is written as nothing, and zero as zero', () => {
  expect([shown(null, 'count'), plain(null, 'count')]).toEqual(['–', '']);
  expect([shown(0, 'ppm'), plain(0, 'ppm'), plain('0', 'credits')]).toEqual(['0\u00a0%', '0', '0']);
  expect([shown(12_345, 'ppm'), plain(12_345, 'ppm')]).toEqual(['1.2\u00a0%', '1.2345']);
  expect(shown('-1500000', 'usd')).toBe('−$1.50');
  expect([830, 12_400, 185_000].map(duration)).toEqual(['830\u00a0ms', '12.4\u00a0s', '3:05\u00a0min']);
  expect([onAxis(1500, 'count'), onAxis(2_400_000, 'credits')]).toEqual(['1.5K', '2.4M']);
});

const line = (series: Series[]): TimeLine => ({
  ...{
    starts: ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    grain: 'day',
    zone: 'Europe/Oslo',
    series,
  },
  marks: [
    { at: '2026-10-25T22:59:59.000Z', label: 'Release 2', href: null },
    { at: '2026-10-25T23:00:00.000Z', label: 'New prices', href: '/help' },
  ],
});
const net: Series = { name: 'Net', unit: 'credits', look: 'area', values: ['1250000', null] };

test('days are those of the zone, also where one has 25 hours', () => {
  expect(sheetOf(line([net])).rows).toEqual([
    { key: '2026-10-25', label: 'Sun, Oct 25, 2026', values: ['1250000'], href: null, note: 'Release 2' },
    { key: '2026-10-26', label: 'Mon, Oct 26, 2026', values: [null], href: null, note: 'New prices' },
  ]);
  expect(marksIn(line([net]), 0).map(({ label }) => label)).toEqual(['Release 2']);
  expect(bucketKey('2026-11-01T00:00:00.000Z', 'month', 'UTC')).toBe('2026-11');
  expect(bucketName('2026-11-09T00:00:00.000Z', 'week', 'UTC')).toBe('Week of Nov 9, 2026');
});

test('a bucket is spoken with its units and with what happened', () => {
  expect(sentenceOf(line([net]), 0)).toBe('Sun, Oct 25, 2026. Net 1.25 credits. Release 2');
  expect(sentenceOf(line([net]), 1)).toBe('Mon, Oct 26, 2026. Net nothing to show. New prices');
});

test('no two lines of a chart have both their colour and their dashes in common', () => {
  const series = Array.from({ length: 5 }, (_, place): Series => ({
    ...net,
    name: `${place}`,
    look: 'line',
  }));
  const paints = series.map((_, place) => paintOf(series, place));
  expect(new Set(paints.map(({ colour }) => colour)).size).toBe(5);
  expect(new Set(paints.map(({ dash }) => dash.join())).size).toBe(5);
  const before: Series = { ...net, look: 'before' };
  // what was before takes no colour from those that follow
  expect(paintOf([before, net], 1)).toEqual({ colour: 'series-1', dash: [] });
});

test('the scale says of every count in which step it is drawn', () => {
  const most = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(most, fc.nat(), (top, any) => {
      const count = any % (top + 1);
      const step = stepOfCount(count, top);
      expect(count).toBeLessThanOrEqual(mostOfStep(step, top));
      // but for the first, which holds the smallest too
      if (step > 1) expect(count).toBeGreaterThan(mostOfStep(step - 1, top));
      expect([stepOfCount(0, top), stepOfCount(top, top)]).toEqual([0, STEPS]);
    }),
  );
});
