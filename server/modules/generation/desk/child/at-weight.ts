import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import decompress from 'woff2-encoder/decompress';

/** What of HarfBuzz is used here, which is compiled C: places in its memory are numbers. */
type HarfBuzz = {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(place: number): void;
  hb_blob_create(place: number, bytes: number, mode: number, user: number, destroy: number): number;
  hb_blob_destroy(blob: number): void;
  hb_blob_get_data(blob: number, length: number): number;
  hb_blob_get_length(blob: number): number;
  hb_face_create(blob: number, index: number): number;
  hb_face_destroy(face: number): void;
  hb_face_reference_blob(face: number): number;
  hb_subset_input_create_or_fail(): number;
  hb_subset_input_destroy(input: number): void;
  hb_subset_input_keep_everything(input: number): void;
  hb_subset_input_pin_axis_location(input: number, face: number, axis: number, value: number): number;
  hb_subset_or_fail(face: number, input: number): number;
};

const WRITABLE = 2;
/** An axis is named by four letters. */
const WEIGHT = Buffer.from('wght').readUInt32BE();

let loaded: Promise<HarfBuzz> | undefined;
async function harfBuzz(): Promise<HarfBuzz> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('harfbuzzjs/hb-subset.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm);
  return instance.exports as HarfBuzz;
}

/** A font of all weights at one of them. Whoever lays out words takes such a font as it begins, at its thinnest. */
export async function atWeight(woff2: Uint8Array, weight: number): Promise<Buffer> {
  loaded ??= harfBuzz();
  const [hb, font] = await Promise.all([loaded, decompress(woff2)]);
  const place = hb.malloc(font.byteLength);
  new Uint8Array(hb.memory.buffer).set(font, place);
  const blob = hb.hb_blob_create(place, font.byteLength, WRITABLE, 0, 0);
  const face = hb.hb_face_create(blob, 0);
  const input = hb.hb_subset_input_create_or_fail();
  hb.hb_subset_input_keep_everything(input);
  hb.hb_subset_input_pin_axis_location(input, face, WEIGHT, weight);
  const pinned = hb.hb_subset_or_fail(face, input);
  const made = hb.hb_face_reference_blob(pinned);
  const from = hb.hb_blob_get_data(made, 0);
  const bytes = Buffer.from(new Uint8Array(hb.memory.buffer, from, hb.hb_blob_get_length(made)));
  for (const one of [made, blob]) hb.hb_blob_destroy(one);
  for (const one of [pinned, face]) hb.hb_face_destroy(one);
  hb.hb_subset_input_destroy(input);
  hb.free(place);
  if (bytes.length === 0) throw new Error(`a font has no weight of ${weight}`);
  return bytes;
}
