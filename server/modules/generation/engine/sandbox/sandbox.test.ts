import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { harmfulFiles, harmfulManifest } from '../../../../../tests/model-files/hostile.ts';
import {
  driftingTone,
  flowManifest,
  flowNetwork,
  toneManifest,
  waveManifest,
  wavePainter,
} from '../../../../../tests/model-files/onnx.ts';
import { createDesk } from '../../desk/index.ts';
import { childCommand } from '../confine.ts';
import type { EngineJob, EngineResult } from '../types.ts';
import { sandboxConfinement } from './confinement.ts';
import { createSandboxEngine, startSandboxOnce } from './engine.ts';
import { openSandboxes } from './sandboxes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sandbox-test-'));
const logged: string[] = [];
const log = (line: string) => void logged.push(line);
const desk = createDesk({ children: 1, scratch_dir: folder, log });
const engine = createSandboxEngine({ children: 1, scratch_dir: folder, desk, log });
afterAll(async () => {
  await engine.close();
  await desk.close();
  rmSync(folder, { recursive: true });
});

const LIMITS = { wall_ms_max: 60_000, memory_bytes_max: 1_500_000_000, output_bytes_max: 50_000_000 };

function jobOf(
  files: Record<string, Uint8Array>,
  manifest: object,
  {
    input = {},
    seed = 1,
    limits = {},
    modality = 'image',
  }: Partial<Omit<EngineJob, 'limits'>> & {
    limits?: Partial<typeof LIMITS>;
    modality?: 'image' | 'video' | 'music';
  } = {},
): EngineJob {
  const placed = Object.entries(files).map(([role, bytes]) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const place = path.join(folder, sha256);
    writeFileSync(place, bytes);
    return { role, path: place, sha256 };
  });
  return {
    generation_id: 'one',
    release: { binding: { kind: 'onnx', manifest: { ...manifest } }, slug: 'waves', modality, files: placed },
    input,
    seed,
    limits: { ...LIMITS, ...limits },
  };
}

const signal = new AbortController().signal;
const run = (job: EngineJob): Promise<EngineResult> => engine.run(job, { signal, onEvent: () => {} });
const digestOf = (result: EngineResult) => {
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return createHash('sha256')
    .update(result.outputs[0]?.bytes ?? '')
    .digest('hex');
};
const waves = { painter: wavePainter() };
const asked = { prompt: 'red', width: 128, height: 96 };

describe('an honest network', () => {
  test('paints what was asked for, the same for the same seed, another for another prompt', async () => {
    const result = await run(jobOf(waves, waveManifest, { input: asked }));
    expect(result).toMatchObject({
      ok: true,
      outputs: [{ role: 'primary', mime: 'image/webp', width: 128, height: 96 }],
      runtime: { name: 'onnxruntime-web', provider: 'wasm' },
    });
    const same = await run(jobOf(waves, waveManifest, { input: asked }));
    const other = await run(jobOf(waves, waveManifest, { input: { ...asked, prompt: 'blue' } }));
    expect(digestOf(same)).toBe(digestOf(result));
    expect(digestOf(other)).not.toBe(digestOf(result));
  });

  test('is shown moving when its manifest repeats it for every frame', async () => {
    const manifest = {
      ...waveManifest,
      networks: [{ file: 'painter', inputs: { ...waveManifest.networks[0].inputs, time: { role: 'time' } } }],
      loop: { kind: 'per-frame', from: 'painter', fps: 12 },
      duration_s: { minimum: 1, maximum: 5, default: 2 },
    };
    const films = { painter: wavePainter({ time: true }) };
    const input = { prompt: 'red', width: 64, height: 64, duration_s: 1 };
    expect(await run(jobOf(films, manifest, { input, modality: 'video' }))).toMatchObject({
      ok: true,
      outputs: expect.arrayContaining([expect.objectContaining({ mime: 'video/mp4', duration_ms: 1_000 })]),
    });
  });

  test('flows from noise to a picture, and guidance changes where to', async () => {
    const flow = { flow: flowNetwork() };
    const one = await run(
      jobOf(flow, flowManifest, { input: { prompt: 'sea', width: 64, height: 64, steps: 6, guidance: 1 } }),
    );
    const two = await run(
      jobOf(flow, flowManifest, { input: { prompt: 'sea', width: 64, height: 64, steps: 6, guidance: 4 } }),
    );
    expect(digestOf(one)).not.toBe(digestOf(two));
  });

  test('sounds', async () => {
    const input = { pitch: 440, duration_s: 2 };
    expect(
      await run(jobOf({ tone: driftingTone() }, toneManifest, { input, modality: 'music' })),
    ).toMatchObject({
      ok: true,
      outputs: expect.arrayContaining([expect.objectContaining({ mime: 'audio/flac', duration_ms: 2_000 })]),
    });
  });

  test('is cancelled between its steps', async () => {
    const flow = jobOf({ flow: flowNetwork() }, flowManifest, {
      input: { prompt: 'sea', width: 64, height: 64, steps: 200, guidance: 2 },
    });
    const stop = new AbortController();
    const onEvent = ({ type }: { type: string }) => void (type === 'progress' && stop.abort());
    expect(await engine.run(flow, { signal: stop.signal, onEvent })).toMatchObject({
      ok: false,
      code: 'cancelled',
    });
  });

  test('is asked only for what its manifest allows', async () => {
    expect(await run(jobOf(waves, waveManifest, { input: { ...asked, width: 4_096 } }))).toMatchObject({
      ok: false,
      code: 'invalid_input',
    });
  });
});

describe('a network that does harm', () => {
  const size = { width: 64, height: 64 };
  const harmful = (name: string, limits: Partial<typeof LIMITS> = {}) =>
    run(jobOf({ painter: harmfulFiles[name] ?? new Uint8Array() }, harmfulManifest, { input: size, limits }));

  test.each([
    ['a picture of 57 GB', /^(out_of_memory|model_error)$/, {}],
    ['a loop without an end', /^timeout$/, { wall_ms_max: 1_500 }],
    ['four hundred products of large matrices', /^timeout$/, { wall_ms_max: 1_500 }],
    ['values that are no numbers', /^output_rejected$/, {}],
    ['a blank picture', /^output_rejected$/, {}],
    ['a picture of another size', /^output_rejected$/, {}],
    ['a picture of a hundred million points', /^(output_rejected|out_of_memory)$/, {}],
    ['shapes that do not fit', /^model_error$/, {}],
  ])('%s is contained', async (name, code, limits) => {
    const result = await harmful(name, limits);
    expect(result.ok ? 'made something' : result.code).toMatch(code);
    expect(result.ok || result.retryable).toBe(false);
  });

  test('every one of them is tried here', () => expect(Object.keys(harmfulFiles)).toHaveLength(8));

  test('leaves everybody else unharmed', async () => {
    expect(await run(jobOf(waves, waveManifest, { input: asked }))).toMatchObject({ ok: true });
  });

  test('is not even read when it is not the file that was published', async () => {
    const job = jobOf(waves, waveManifest, { input: asked });
    for (const file of job.release.files) file.sha256 = 'f'.repeat(64);
    expect(await run(job)).toMatchObject({ ok: false, code: 'model_invalid', retryable: false });
  });
});

describe('a process of the sandbox', () => {
  const inside = (code: string) => {
    const { program, args } = childCommand(sandboxConfinement());
    const options = { env: {}, encoding: 'utf8', stdio: 'pipe', cwd: folder } as const;
    return execFileSync(program, [...args.slice(0, -1), '--input-type=module', '-e', code], options).trim();
  };
  const reach = (what: string) =>
    inside(`try { ${what}; console.log('done') } catch (error) { console.log(error.code ?? error.name) }`);

  test.each([
    ['a file', `(await import('node:fs')).readFileSync('/etc/hostname')`, 'ERR_ACCESS_DENIED'],
    [
      'our own sources',
      `(await import('node:fs')).readFileSync('${path.resolve('server/config.ts')}')`,
      'ERR_ACCESS_DENIED',
    ],
    ['writing', `(await import('node:fs')).writeFileSync('x', 'x')`, 'ERR_ACCESS_DENIED'],
    ['programs', `(await import('node:child_process')).spawnSync('true')`, 'ERR_ACCESS_DENIED'],
    ['threads', `new (await import('node:worker_threads')).Worker('1', { eval: true })`, 'ERR_ACCESS_DENIED'],
    ['native code', `process.dlopen({ exports: {} }, 'x.node')`, 'ERR_DLOPEN_DISABLED'],
    ['code out of text', `eval('1')`, 'EvalError'],
    ['the environment', `if (Object.keys(process.env).length > 0) throw new Error('there is one')`, 'done'],
  ])('has no way to %s', (_, what, answer) => expect(reach(what)).toBe(answer));

  test('has no network where the system knows namespaces', () => {
    const { program } = childCommand(sandboxConfinement());
    const interfaces = inside(
      `console.log(Object.keys((await import('node:os')).networkInterfaces()).length)`,
    );
    if (program.endsWith('unshare')) expect(interfaces).toBe('0');
    else expect(logged.join('\n')).toContain('no namespaces');
  });

  test('starts from nothing', async () => {
    expect(await startSandboxOnce(folder)).toBeGreaterThan(10);
  });

  test('is not started for whoever was given its place in the turn in which all was closed', async () => {
    const sandboxes = openSandboxes({ children: 1, scratch_dir: folder, confinement: sandboxConfinement });
    const { signal } = new AbortController();
    const first = sandboxes.withChild('one', signal, async () => 'lent');
    const second = sandboxes.withChild('two', signal, async () => 'lent');
    const closed = first.then(() => sandboxes.close());
    expect(await first).toBe('lent');
    expect(await second).toBeNull();
    await closed;
  });

  test('says at its first run what confines it', () => {
    expect(logged[0]).toMatch(/^sandbox for 1 at once: Node's permissions, /);
  });
});
