import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The house models as they lie in this folder: what is published on the first start. */
export const MODELS_ROOT = fileURLToPath(new URL('.', import.meta.url));

export type Manifest = {
  slug: string;
  title: string;
  modality: 'image' | 'video' | 'music';
  description: string;
  creator: { handle: string; display_name: string };
  licence: string;
  engine: 'onnx/1';
  files: { role: string; file: string; sha256: string; bytes: number }[];
  /** JSON Schema 2020-12 with `x-ui` hints */
  input_schema: Record<string, unknown>;
  price_class: 'image-standard' | 'video-standard' | 'music-standard';
  /** how the units of the price follow from the input */
  metering: { kind: 'pixels'; width: string; height: string } | { kind: 'seconds'; field: string };
};

export type Sample = {
  file: string;
  mime: string;
  bytes: number;
  input: Record<string, unknown>;
  seed: number;
  width?: number;
  height?: number;
  duration_ms?: number;
  thumbhash?: string;
  waveform?: number[];
  /** still picture of a film or a piece */
  picture?: string;
};

/** A manifest with the absolute paths of what it names. */
export type HouseModel = Omit<Manifest, 'files'> & {
  directory: string;
  files: { role: string; path: string; sha256: string; bytes: number }[];
  card: string;
  samples: Sample[];
};

export function houseModels(root = MODELS_ROOT): HouseModel[] {
  return readdirSync(root)
    .sort()
    .filter((name) => existsSync(join(root, name, 'manifest.json')))
    .map((name) => readManifest(join(root, name)));
}

export function readManifest(directory: string): HouseModel {
  const manifest = readJson(join(directory, 'manifest.json')) as Manifest;
  const sampleFile = join(directory, 'samples', 'samples.json');
  const samples = existsSync(sampleFile) ? (readJson(sampleFile) as Sample[]) : [];
  const inSamples = (name: string) => join(directory, 'samples', name);
  return {
    ...manifest,
    directory,
    files: manifest.files.map(({ role, file, sha256, bytes }) => ({
      role,
      path: join(directory, file),
      sha256,
      bytes,
    })),
    card: readFileSync(join(directory, 'README.md'), 'utf8'),
    samples: samples.map((sample) => ({
      ...sample,
      file: inSamples(sample.file),
      ...(sample.picture && { picture: inSamples(sample.picture) }),
    })),
  };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
