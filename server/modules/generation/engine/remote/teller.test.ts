import { expect, test } from 'vitest';
import { eventually } from '../../../../../tests/eventually.ts';
import type { EngineEvent } from '../types.ts';
import { openLine } from './http.ts';
import { teller } from './teller.ts';

test('a look that breaks at the desk harms nobody, and the next one is drawn', async () => {
  const line = openLine({
    ...{ name: 'box', kind: 'cog', url: 'http://127.0.0.1:1', slots: 1 },
    ...{ token: null, wall_ms_max: null, output_hosts: [] },
  });
  const heard: EngineEvent[] = [];
  let looks = 0;
  const finishing = {
    finish: async () => [],
    async preview() {
      looks += 1;
      if (looks === 1) throw new Error('no process can be started');
      return new Uint8Array([1]);
    },
  };
  const { signal } = new AbortController();
  const { tell, hush } = teller({ line, signal }, finishing, (event) => void heard.push(event));
  await eventually('one is drawn', () => {
    tell.preview({ bytes: new Uint8Array(), mime: 'image/png' });
    return heard.length > 0;
  });
  expect(looks).toBeGreaterThan(1);
  hush();
  line.close();
});
