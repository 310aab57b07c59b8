import { describe, expect, test } from 'vitest';
import { canonical, parseCanonical } from './canonical.ts';

describe('canonical JSON', () => {
  test('the example of RFC 8785, section 3.2.2', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonical(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('sorts by UTF-16 units, as RFC 8785 section 3.2.3 says', () => {
    const value = { '\ufb33': 1, '\u{1f600}': 2, '1': 3, '\r': 4, ö: 5 };
    expect(canonical(value)).toBe('{"\\r":4,"1":3,"ö":5,"\u{1f600}":2,"\ufb33":1}');
  });

  test('what JSON cannot say is refused', () => {
    for (const value of [undefined, 1n, NaN, Infinity, '\ud800']) expect(() => canonical(value)).toThrow();
  });

  test('only the one form is read', () => {
    expect(parseCanonical('{"a":1,"b":[]}')).toEqual({ value: { a: 1, b: [] } });
    expect(parseCanonical('null')).toEqual({ value: null });
    for (const text of [
      '',
      '{',
      '{"a": 1}',
      '{"b":1,"a":2}',
      '{"a":1,"a":1}',
      '1.0',
      '"\\u0041"',
      '{"a":1}\n',
    ])
      expect(parseCanonical(text), text).toBeUndefined();
  });
});
