import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, openCertificates, rotateCertificates } from '../../../kit/certificate-folder.ts';
import { sha256 } from '../../../kit/files.ts';
import { encodeAudio } from '../engine/media/audio.ts';
import type { Facts } from './facts.ts';
import { canCarryManifest, manifestOf } from './manifest.ts';
import { createManifestSigner, type ManifestSigner } from './manifest-signer.ts';
import { readManifest } from './read-manifest.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../../../../models');
const facts: Facts = {
  asset_id: '0197c1d2-6f3a-7b60-9c1e-2d4f5a6b7c8d',
  generation_id: '0197c1d2-6f3a-7b60-9c1e-2d4f5a6b7c8e',
  modality: 'image',
  release: { id: 'r', model: 'drift', title: 'Drift', version: '1.0.0', digest: `sha256:${'a'.repeat(64)}` },
  input: `sha256:${'b'.repeat(64)}`,
  seed: 4_000_000_000,
  runtime: { name: 'onnxruntime-node', version: '1.30.0', provider: 'cpu', arch: 'x64' },
  parents: [{ digest: `sha256:${'c'.repeat(64)}`, origin: 'platform' }],
  made_at: '2026-11-22T12:00:00.000Z',
};
const manifest = manifestOf(facts, { name: 'Stellary AI', version: '0.1.0' });

let folder: string;
let ours: Certificates;
let signer: ManifestSigner;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stellary-certificates-'));
  ours = await openCertificates(folder, 'Stellary AI');
  signer = createManifestSigner(() => ours.current());
});
afterAll(async () => {
  await signer.close();
  await rm(folder, { recursive: true, force: true });
});

const sample = (pattern: string) =>
  path.join(SAMPLES, globSync(`*/samples/${pattern}`, { cwd: SAMPLES })[0] ?? pattern);
const picture = () => sharp(sample('*.still.webp'));
async function flac(): Promise<Buffer> {
  const left = Float32Array.from({ length: 96_000 }, (_, i) => Math.sin(i / 20) / 4);
  const [master] = await encodeAudio({ left, right: left, sampleRate: 48_000 });
  return Buffer.from(master.bytes);
}

const files: Record<string, () => Promise<Buffer>> = {
  'image/webp': () => picture().webp().toBuffer(),
  'image/png': () => picture().png().toBuffer(),
  'image/jpeg': () => picture().jpeg().toBuffer(),
  'image/avif': () => picture().avif({ effort: 0 }).toBuffer(),
  'video/mp4': () => readFile(sample('*.mp4')),
  'audio/flac': flac,
  'audio/wav': () => Promise.resolve(wav(44_100)),
};

test.each(Object.keys(files))(
  '%s carries a manifest under our root; one bit changed is found',
  async (mime) => {
    const bytes = (await files[mime]?.()) ?? Buffer.alloc(0);
    expect(canCarryManifest(mime)).toBe(true);
    expect(await readManifest(bytes, mime, ours.anchors())).toBeNull();

    const signed = await signer.sign({ bytes, mime, manifest });
    expect(signed.bytes.length - bytes.length).toBeLessThan(4_500);
    const found = await readManifest(signed.bytes, mime, ours.anchors());
    expect(found).toMatchObject({
      state: 'trusted',
      signed_by: { organisation: 'Stellary AI', name: 'Stellary AI generations' },
      signed_with: 'Stellary AI',
      troubles: [],
      made_by_model: true,
      generation: {
        generation_id: facts.generation_id,
        model: 'drift',
        release: { digest: facts.release.digest },
        seed: facts.seed,
        input_sha256: facts.input,
        parents: facts.parents,
      },
    });

    const touched = new Uint8Array(signed.bytes);
    const middle = Math.floor(touched.length / 2);
    touched[middle] = (touched[middle] ?? 0) ^ 1;
    const tampered = await readManifest(touched, mime, ours.anchors());
    expect(tampered?.state).toBe('invalid');
    expect(tampered?.troubles.map(({ code }) => code).join()).toMatch(
      /assertion\.(dataHash|bmffHash)\.mismatch/,
    );
  },
);

test('what somebody else signed is whole, and not ours', async () => {
  const elsewhere = await mkdtemp(path.join(tmpdir(), 'stellary-certificates-'));
  const theirs = await openCertificates(elsewhere, 'Somebody Else');
  const bytes = await files['image/webp']!();
  const signed = await signer.sign({ bytes, mime: 'image/webp', manifest });
  expect(await readManifest(signed.bytes, 'image/webp', theirs.anchors())).toMatchObject({
    state: 'valid',
    signed_by: { organisation: 'Stellary AI' },
    troubles: [],
  });
  await rm(elsewhere, { recursive: true, force: true });
});

test('a manifest of which a piece was changed is not whole', async () => {
  const bytes = await files['image/png']!();
  const signed = await signer.sign({ bytes, mime: 'image/png', manifest });
  const text = Buffer.from(signed.bytes);
  const at = text.indexOf('drift');
  expect(at).toBeGreaterThan(0);
  text.write('draft', at);
  const found = await readManifest(text, 'image/png', ours.anchors());
  expect(found?.state).toBe('invalid');
});

test('what was signed before a change of certificates stays ours, and the old key is gone', async () => {
  const bytes = await files['image/webp']!();
  const before = await signer.sign({ bytes, mime: 'image/webp', manifest });
  const serial = ours.current().chain[0]?.serialNumber;
  await rotateCertificates(folder, 'Stellary AI');
  const fresh = await openCertificates(folder, 'Stellary AI');
  expect(fresh.current().chain[0]?.serialNumber).not.toBe(serial);
  expect(await readFile(path.join(folder, '000001.pem'), 'utf8')).not.toContain('PRIVATE');
  expect((await readManifest(before.bytes, 'image/webp', fresh.anchors()))?.state).toBe('trusted');
  const own = createManifestSigner(() => fresh.current());
  const after = await own.sign({ bytes, mime: 'image/webp', manifest });
  await own.close();
  expect((await readManifest(after.bytes, 'image/webp', fresh.anchors()))?.state).toBe('trusted');
});

test('after a large file the thread is let go, and the next file has a new one', async () => {
  const own = createManifestSigner(() => ours.current(), { large_bytes: 100_000 });
  const bytes = await files['image/webp']!();
  const [large, small] = await Promise.all([
    own.sign({ bytes: wav(44_100), mime: 'audio/wav', manifest }),
    own.sign({ bytes, mime: 'image/webp', manifest }),
  ]);
  await own.close();
  expect((await readManifest(large.bytes, 'audio/wav', ours.anchors()))?.state).toBe('trusted');
  expect((await readManifest(small.bytes, 'image/webp', ours.anchors()))?.state).toBe('trusted');
});

test('a file that is no picture is not signed, and the next one is', async () => {
  const nothing = { bytes: Buffer.from('no picture at all'), mime: 'image/webp', manifest };
  await expect(signer.sign(nothing)).rejects.toThrow();
  const bytes = await files['image/webp']!();
  const [one, two] = await Promise.all([
    signer.sign({ bytes, mime: 'image/webp', manifest }),
    signer.sign({ bytes, mime: 'image/webp', manifest }),
  ]);
  expect(sha256(one.bytes)).not.toBe(sha256(bytes));
  expect(one.manifest_digest).not.toBe(two.manifest_digest);
});

/** A second of a falling tone. */
function wav(frames: number): Buffer {
  const file = Buffer.alloc(44 + frames * 4);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  for (const [at, value] of [
    [16, 16],
    [24, 44_100],
    [28, 176_400],
    [40, frames * 4],
  ] as const)
    file.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 2],
    [32, 4],
    [34, 16],
  ] as const)
    file.writeUInt16LE(value, at);
  file.write('data', 36);
  for (let i = 0; i < frames * 2; i++)
    file.writeInt16LE(Math.round(9_000 * Math.sin((i * i) / 4e6)), 44 + i * 2);
  return file;
}
