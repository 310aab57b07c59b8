import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { eventually } from '../../../../tests/eventually.ts';
import { createDesk } from './desk.ts';

const running = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
/** What others in this process have started, as the browser of the stories, is not the desk's. */
const others = running();
const processes = () => running() - others;

test('a desk that has nothing to do ends its processes, and starts one when something comes', async () => {
  const scratch_dir = mkdtempSync(join(tmpdir(), 'resting-desk-'));
  const desk = createDesk({ children: 2, scratch_dir, idle_ms_max: 300 });
  const master = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
  const render = () => desk.do('render', { master, format: 'webp', side_max: null }, { wall_ms_max: 20_000 });

  expect(await Promise.all([render(), render()])).toMatchObject([{ ok: true }, { ok: true }]);
  expect(processes()).toBe(2);
  await eventually('both have ended', () => processes() === 0);

  expect(await render()).toMatchObject({ ok: true });
  expect(processes()).toBe(1);
  await desk.close();
  await eventually('it has ended', () => processes() === 0);
  expect(await render()).toMatchObject({ ok: false, code: 'cancelled' });
});
