import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MODELS_ROOT, readManifest } from '../../../../models/catalogue.ts';
import { childCommand, HOUSE } from './confine.ts';
import {
  createEngine,
  type Engine,
  type EngineEvent,
  type EngineJob,
  type EngineResult,
  type MediaOutput,
} from './index.ts';

vi.setConfig({ testTimeout: 120_000 });

const scratch = mkdtempSync(join(tmpdir(), 'engine-test-'));
const logged: string[] = [];
let engine: Engine;

beforeAll(() => {
  engine = createEngine({ children: 1, scratch_dir: scratch, log: (line) => logged.push(line) });
});
afterAll(() => engine.close());

const INPUTS: Record<string, Record<string, unknown>> = {
  drift: { prompt: 'golden silk', width: 256, height: 320, detail: 0, gloss: 0 },
  horizon: { prompt: 'dawn lake', width: 256, height: 256, sun_height: 0 },
  spritelet: { prompt: 'red mushroom', size: 384, steps: 12, guidance: 1.8 },
  'drift-motion': { prompt: 'blue smoke', width: 256, height: 256, duration_s: 1, pace: 0 },
  reaction: { prompt: 'pink coral', width: 256, height: 320, cells: 96, age: 60, relief: 0 },
  morphogenesis: {
    prompt: 'pink coral',
    width: 256,
    height: 256,
    duration_s: 1,
    cells: 96,
    age: 60,
    relief: 0,
  },
  'sprite-morph': { prompt: 'cat to ghost', size: 384, duration_s: 1, rest: 0.4, steps: 6, guidance: 1.8 },
  chamber: { prompt: 'calm piano', duration_s: 8, scale: 'from the words' },
};

function jobFor(slug: string, changes: Partial<EngineJob> = {}): EngineJob {
  const { files, modality } = readManifest(join(MODELS_ROOT, slug));
  return {
    generation_id: `test-${slug}`,
    release: { binding: { kind: 'house' }, slug, modality, files },
    input: INPUTS[slug]!,
    seed: 7,
    limits: { wall_ms_max: 60_000, memory_bytes_max: 2e9, output_bytes_max: 50e6 },
    ...changes,
  };
}

async function play(
  job: EngineJob,
  on: Engine = engine,
  signal = new AbortController().signal,
  onEvent?: (event: EngineEvent) => void,
) {
  const events: EngineEvent[] = [];
  const result = await on.run(job, {
    signal,
    onEvent(event) {
      events.push(event);
      onEvent?.(event);
    },
  });
  return { result, events };
}

function outputsOf(result: EngineResult): MediaOutput[] {
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result.outputs;
}

function childPids(): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, parent, ...args]) =>
        Number(parent) === process.pid && args.some((argument) => argument.endsWith('engine/child/main.ts')),
    )
    .map(([pid]) => Number(pid));
}

describe('each modality', () => {
  test('a picture comes with thumbnail, hash, progress and a preview', async () => {
    const { result, events } = await play(jobFor('drift'));
    const [picture] = outputsOf(result) as [MediaOutput];
    expect(picture).toMatchObject({ role: 'primary', mime: 'image/webp', width: 256, height: 320 });
    expect(await sharp(picture.bytes).metadata()).toMatchObject({ format: 'webp', width: 256, height: 320 });
    expect(Math.max(picture.thumbnail!.width, picture.thumbnail!.height)).toBeLessThanOrEqual(512);
    expect(picture.thumbhash).toMatch(/^[A-Za-z0-9+/]{20,}=*$/);
    expect(events[0]).toEqual({ type: 'started' });
    const steps = events.flatMap((event) => (event.type === 'progress' ? [event.step / event.total] : []));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toBe(1);
    const preview = events.find((event) => event.type === 'preview');
    expect((await sharp(preview!.bytes).metadata()).width).toBeLessThanOrEqual(256);
    expect(result).toMatchObject({ runtime: { name: 'onnxruntime-node', provider: 'cpu' } });
  });

  test('a sprite is a PNG of whole blocks', async () => {
    const [sprite] = outputsOf((await play(jobFor('spritelet'))).result) as [MediaOutput];
    expect(sprite).toMatchObject({ mime: 'image/png', width: 384, height: 384 });
    const { data } = await sharp(sprite.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) =>
      data.subarray((y * 384 + x) * 3, (y * 384 + x) * 3 + 3).toString('hex');
    expect(at(160, 160)).toBe(at(167, 167));
  });

  test('a film is an MP4 that starts with its index', async () => {
    const { result, events } = await play(jobFor('drift-motion'));
    const [film] = outputsOf(result) as [MediaOutput];
    expect(film).toMatchObject({ mime: 'video/mp4', width: 256, height: 256, duration_ms: 1000 });
    const text = Buffer.from(film.bytes).toString('latin1');
    expect(text.slice(4, 8)).toBe('ftyp');
    expect(text.indexOf('moov')).toBeLessThan(text.indexOf('mdat'));
    expect(film.poster).toMatchObject({ width: 256, height: 256 });
    expect(events.findLast((event) => event.type === 'progress')).toMatchObject({ step: 24, total: 24 });
  });

  test('what grows shows itself growing', async () => {
    const { result, events } = await play(jobFor('reaction'));
    const [picture] = outputsOf(result) as [MediaOutput];
    expect(picture).toMatchObject({ mime: 'image/webp', width: 256, height: 320 });
    const labels = events.flatMap((event) => (event.type === 'progress' ? [event.label] : []));
    expect([...new Set(labels)]).toEqual(['Growing', 'Painting']);
    expect(events.some((event) => event.type === 'preview')).toBe(true);
  });

  test.each(['morphogenesis', 'sprite-morph'])('%s makes a film frame by frame', async (slug) => {
    const { result, events } = await play(jobFor(slug));
    const [film] = outputsOf(result) as [MediaOutput];
    expect(film).toMatchObject({ mime: 'video/mp4', duration_ms: 1000 });
    expect(events.findLast((event) => event.type === 'progress')).toMatchObject({ step: 24, total: 24 });
  });

  test('a piece comes as FLAC with its peaks, a picture, the same in Opus and its score', async () => {
    const outputs = outputsOf((await play(jobFor('chamber'))).result);
    const [piece, light, score] = outputs as [MediaOutput, MediaOutput, MediaOutput];
    expect(piece).toMatchObject({ mime: 'audio/flac', duration_ms: 8000 });
    expect(Buffer.from(piece.bytes.subarray(0, 4)).toString()).toBe('fLaC');
    expect(piece.waveform).toHaveLength(200);
    expect(Math.max(...piece.waveform!)).toBeGreaterThan(0.5);
    expect(piece.thumbnail?.bytes.length).toBeGreaterThan(500);
    expect(light).toMatchObject({ role: 'opus', mime: 'audio/ogg' });
    expect(Buffer.from(light.bytes.subarray(0, 64)).toString('latin1')).toMatch(/^OggS.*OpusHead/s);
    expect(light.bytes.length).toBeLessThan(piece.bytes.length / 3);
    expect(score).toMatchObject({ role: 'midi', mime: 'audio/midi' });
    expect(Buffer.from(score.bytes.subarray(0, 4)).toString()).toBe('MThd');
  });
});

describe('limits', () => {
  test('a cancelled film stops soon and the next run succeeds', async () => {
    const abort = new AbortController();
    const job = jobFor('drift-motion', { input: { ...INPUTS['drift-motion'], duration_s: 20 } });
    const { result } = await play(
      job,
      engine,
      abort.signal,
      (event) => event.type === 'progress' && abort.abort(),
    );
    expect(result).toMatchObject({ ok: false, code: 'cancelled' });
    expect((await play(jobFor('drift'))).result.ok).toBe(true);
  });

  test('growth that is cancelled stops soon', async () => {
    const abort = new AbortController();
    const job = jobFor('reaction', { input: { ...INPUTS.reaction, cells: 320, age: 400 } });
    const { result, events } = await play(
      job,
      engine,
      abort.signal,
      (event) => event.type === 'progress' && abort.abort(),
    );
    expect(result).toMatchObject({ ok: false, code: 'cancelled' });
    expect(events.filter((event) => event.type === 'progress')).toHaveLength(1);
  });

  test('a run that is cancelled before it starts does not start', async () => {
    const { result, events } = await play(jobFor('drift'), engine, AbortSignal.abort());
    expect(result).toMatchObject({ ok: false, code: 'cancelled' });
    expect(events).toEqual([]);
  });

  test('a run that is cancelled while it waits its turn never starts', async () => {
    const abort = new AbortController();
    const first = play(jobFor('drift'));
    const second = play(jobFor('drift'), engine, abort.signal);
    abort.abort();
    expect((await second).result).toMatchObject({ ok: false, code: 'cancelled' });
    expect((await second).events).toEqual([]);
    expect((await first).result.ok).toBe(true);
  });

  test('a run beyond its wall clock is killed', async () => {
    const job = jobFor('drift-motion', {
      limits: { wall_ms_max: 400, memory_bytes_max: 2e9, output_bytes_max: 50e6 },
    });
    job.input = { ...job.input, duration_s: 20 };
    expect((await play(job)).result).toMatchObject({ ok: false, code: 'timeout' });
    expect((await play(jobFor('drift'))).result.ok).toBe(true);
  });

  test('output beyond its allowance is rejected', async () => {
    const job = jobFor('drift', {
      limits: { wall_ms_max: 60_000, memory_bytes_max: 2e9, output_bytes_max: 100 },
    });
    expect((await play(job)).result).toMatchObject({ ok: false, code: 'output_rejected', retryable: false });
  });

  test('a killed process is a retryable failure and the pool heals', async () => {
    const { result } = await play(jobFor('drift-motion'), engine, undefined, (event) => {
      if (event.type === 'progress' && event.step === 1)
        for (const pid of childPids()) process.kill(pid, 'SIGKILL');
    });
    expect(result).toMatchObject({ ok: false, code: 'engine_crashed', retryable: true });
    expect((await play(jobFor('drift'))).result.ok).toBe(true);
  });

  test('a child is replaced after its share of runs', async () => {
    const small = createEngine({
      children: 1,
      scratch_dir: scratch,
      child_runs_max: 2,
      log: (line) => logged.push(line),
    });
    const before = logged.length;
    for (let i = 0; i < 3; i++) expect((await play(jobFor('spritelet'), small)).result.ok).toBe(true);
    expect(logged.slice(before).join('\n')).toContain('replaced: 2 runs');
    await small.close();
  });
});

describe('what is refused', () => {
  test('a file that does not match its digest', async () => {
    const { release } = jobFor('drift');
    const path = join(scratch, 'forged.onnx');
    copyFileSync(release.files[0]!.path, path);
    const bytes = readFileSync(path);
    bytes[bytes.length - 100]! ^= 1;
    writeFileSync(path, bytes);
    const forged = { ...release, files: [{ ...release.files[0]!, path, sha256: '0'.repeat(64) }] };
    expect((await play(jobFor('drift', { release: forged }))).result).toMatchObject({
      ok: false,
      code: 'model_error',
      retryable: false,
    });
  });

  test('an input that the network cannot take', async () => {
    const job = jobFor('drift', { input: { ...INPUTS.drift, width: 'wide' } });
    expect((await play(job)).result).toMatchObject({ ok: false, code: 'invalid_input' });
  });

  test('more memory than allowed, without harm to the next run', async () => {
    const job = jobFor('horizon', {
      limits: { wall_ms_max: 60_000, memory_bytes_max: 30e6, output_bytes_max: 50e6 },
    });
    const { result } = await play(job);
    // V8 and the libraries die of it in several ways; not all of them say why.
    expect(result.ok || result.code).toMatch(/^(out_of_memory|engine_crashed)$/);
    expect((await play(jobFor('horizon'))).result.ok).toBe(true);
  });
});

describe('a child', () => {
  const inChild = (code: string) => {
    const { program, args } = childCommand(HOUSE);
    return execFileSync(program, [...args.slice(0, -1), '-e', code], {
      env: {},
      encoding: 'utf8',
      stdio: 'pipe',
    });
  };

  test('may not read other files, write, or start programs', () => {
    expect(inChild(`console.log(2 + 2)`).trim()).toBe('4');
    expect(() => inChild(`fs.readFileSync('/etc/hostname')`)).toThrow('ERR_ACCESS_DENIED');
    expect(() => inChild(`fs.writeFileSync('${join(scratch, 'x')}', '')`)).toThrow('ERR_ACCESS_DENIED');
    expect(() => inChild(`child_process.execSync('true')`)).toThrow('ERR_ACCESS_DENIED');
  });
});

test('a film does not know what time it is', async () => {
  const film = async () => Buffer.from(outputsOf((await play(jobFor('sprite-morph'))).result)[0]!.bytes);
  const first = await film();
  await setTimeout(1100);
  expect(Buffer.compare(await film(), first)).toBe(0);
});

test('the same seed and input give the same bytes, another seed does not', async () => {
  const bytes = async (seed: number) =>
    Buffer.from(outputsOf((await play(jobFor('drift', { seed }))).result)[0]!.bytes).toString('base64');
  const first = await bytes(11);
  expect(await bytes(11)).toBe(first);
  expect(await bytes(12)).not.toBe(first);
});
