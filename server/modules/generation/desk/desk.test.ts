import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { childCommand } from '../engine/confine.ts';
import { createDesk, DESK } from './desk.ts';

const scratch = mkdtempSync(join(tmpdir(), 'desk-test-'));
const logged: string[] = [];
const desk = createDesk({ children: 1, scratch_dir: scratch, log: (line) => logged.push(line) });
afterAll(() => desk.close());

const noise = (side: number) =>
  sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
const bomb = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
const gif = () =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
    .gif()
    .toBuffer();
const wall_ms_max = 20_000;

describe('the desk', () => {
  test('does a work in a process of its own', async () => {
    const master = await noise(64).png().toBuffer();
    const done = await desk.do('render', { master, format: 'webp', side_max: 32 }, { wall_ms_max });
    if (!done.ok) throw new Error(done.message);
    expect(await sharp(done.value.bytes).metadata()).toMatchObject({ format: 'webp', width: 32 });
  });

  test('says what it cannot read, and goes on', async () => {
    const master = Buffer.from('no picture');
    const done = await desk.do('render', { master, format: 'webp', side_max: null }, { wall_ms_max });
    expect(done).toMatchObject({ ok: false, code: 'output_rejected', retryable: false });
  });

  test.each([
    ['a picture that is a bomb', 'png', () => bomb(8000)],
    ['a picture of a format that nobody here writes', 'png', () => gif()],
    ['sound that is none', 'wav', () => Promise.resolve(Buffer.from('fLaC and then nothing of the kind'))],
  ] as const)('refuses %s', async (_, format, bytes) => {
    const done = await desk.do('render', { master: await bytes(), format, side_max: null }, { wall_ms_max });
    expect(done).toMatchObject({ ok: false, code: 'output_rejected' });
  });

  test('kills a work at the wall clock and starts another process', async () => {
    const master = await noise(1800).png({ compressionLevel: 0 }).toBuffer();
    const order = { master, format: 'avif', side_max: null } as const;
    expect(await desk.do('render', order, { wall_ms_max: 150 })).toMatchObject({
      ok: false,
      code: 'timeout',
    });
    const small = { ...order, master: await noise(64).png().toBuffer() };
    expect(await desk.do('render', small, { wall_ms_max })).toMatchObject({ ok: true });
    expect(logged.join('\n')).toContain('replaced: it ended');
  });

  test('gives a work no more memory than it may have', async () => {
    const master = await noise(1800).png({ compressionLevel: 0 }).toBuffer();
    const order = { master, format: 'png', side_max: null } as const;
    const done = await desk.do('render', order, { wall_ms_max, memory_bytes_max: 30e6 });
    // V8 and the libraries die of it in several ways; not all of them say why.
    expect(done.ok || done.code).toMatch(/^(out_of_memory|engine_crashed|output_rejected)$/);
    const small = { ...order, master: await noise(64).png().toBuffer() };
    expect(await desk.do('render', small, { wall_ms_max })).toMatchObject({ ok: true });
  });

  test('does not begin what was called off, and stops what is', async () => {
    const master = await noise(1800).png({ compressionLevel: 0 }).toBuffer();
    const order = { master, format: 'avif', side_max: null } as const;
    const off = await desk.do('render', order, { wall_ms_max, signal: AbortSignal.abort() });
    expect(off).toMatchObject({ ok: false, code: 'cancelled' });
    const stopped = await desk.do('render', order, { wall_ms_max, signal: AbortSignal.timeout(150) });
    expect(stopped).toMatchObject({ ok: false, code: 'cancelled' });
  });
});

test('a process at the desk may not read other files, write, or start programs', () => {
  const inChild = (code: string) => {
    const { program, args } = childCommand(DESK);
    return execFileSync(program, [...args.slice(0, -1), '-e', code], {
      env: {},
      encoding: 'utf8',
      stdio: 'pipe',
    });
  };
  expect(inChild(`console.log(2 + 2)`).trim()).toBe('4');
  expect(() => inChild(`fs.readFileSync('/etc/hostname')`)).toThrow('ERR_ACCESS_DENIED');
  expect(() => inChild(`fs.writeFileSync('${join(scratch, 'x')}', '')`)).toThrow('ERR_ACCESS_DENIED');
  expect(() => inChild(`child_process.execSync('true')`)).toThrow('ERR_ACCESS_DENIED');
});
