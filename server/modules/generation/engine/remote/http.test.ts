import { expect, test } from 'vitest';
import { openLine } from './http.ts';

test('what an engine says is shown on one line, short, without our token, and never ends in half a character', () => {
  const line = openLine({
    ...{ name: 'box', kind: 'cog', url: 'http://127.0.0.1:1', slots: 1 },
    ...{ token: () => 'secret', wall_ms_max: null, output_hosts: [] },
  });
  expect(line.clean('no\n\u202emodel for secret ')).toBe('no model for …');
  const long = line.clean(`${'x'.repeat(298)}😀😀`);
  expect(long).toHaveLength(300);
  expect(long.isWellFormed()).toBe(true);
  expect(line.clean('\ud83d').isWellFormed()).toBe(true);
  line.close();
});
