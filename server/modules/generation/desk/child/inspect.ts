import {
  bordersCut,
  PHASES,
  pictureFingerprint,
  type Pixels,
  soundFingerprint,
  turned,
} from '@stellary/proofs/fingerprint';
import { type ManifestFinding, readManifest } from '../../provenance/read-manifest.ts';
import { canCarryManifest } from '../../provenance/manifest.ts';
import { filmType, readFilm } from './hostile-film.ts';
import { isAvif, pictureType, readSmall } from './hostile-picture.ts';
import { readSound, soundType, withoutTag } from './hostile-sound.ts';

export type InspectOrder = {
  bytes: Uint8Array;
  /** the roots that make a manifest ours, as PEM; null: nobody asks for the manifest */
  anchors: string | null;
  /**
   * What it is looked at for. A copy that is held against what we made may be turned, and begin anywhere; what
   * we made is remembered upright, and with its border cut, since a copy may have lost it.
   */
  as: 'copy' | 'original';
};

export type Inspected = {
  /** found by the bytes, whatever they are called; null: nothing that is known here */
  mime: string | null;
  /** null where there is none, or where the format has no place for one */
  manifest: ManifestFinding | null;
  can_carry_manifest: boolean;
  /** what it looks like; empty where that cannot be told here, as of a film in H.264 */
  pictures: Uint8Array[];
  /** what it sounds like */
  sounds: Int32Array[];
};

/** Detail that a fingerprint does not look at need not be decoded. */
const SIDE_MAX = 512;

/** What a file is, what the manifest in it says, and what it looks or sounds like. Nothing of it is kept. */
export async function inspect({ bytes, anchors, as }: InspectOrder): Promise<Inspected> {
  const mime = typeOf(bytes);
  const can_carry_manifest = mime !== null && canCarryManifest(mime);
  return {
    mime,
    can_carry_manifest,
    manifest: can_carry_manifest && anchors !== null ? await readManifest(bytes, mime, anchors) : null,
    pictures: await orNothing(() => looksOf(bytes, as)),
    sounds: await orNothing(() => soundsOf(bytes, as)),
  };
}

const typeOf = (bytes: Uint8Array): string | null =>
  pictureType(bytes) ?? (isAvif(bytes) ? 'image/avif' : (filmType(bytes) ?? soundType(withoutTag(bytes))));

/** Of a film, the frame at a third, as its poster is; we decode none in H.264. */
async function looksOf(bytes: Uint8Array, as: InspectOrder['as']): Promise<Uint8Array[]> {
  const film = isAvif(bytes) ? null : filmType(bytes);
  const picture = film ? (await readFilm(bytes, film)).still : await stillOf(bytes);
  if (!picture) return [];
  const pixels: Pixels = { ...picture, data: picture.pixels, channels: 3 };
  return (as === 'copy' ? turned(pixels) : bordersCut(pixels)).map((one) => pictureFingerprint(one));
}

const stillOf = async (bytes: Uint8Array) => (pictureType(bytes) ? readSmall(bytes, SIDE_MAX) : null);

async function soundsOf(bytes: Uint8Array, as: InspectOrder['as']): Promise<Int32Array[]> {
  const sound = withoutTag(bytes);
  const type = soundType(sound);
  if (!type) return [];
  const { left, right, sampleRate } = await readSound(new Uint8Array(sound), type);
  const samples = left.map((sample, at) => (sample + (right[at] ?? 0)) / 2);
  const phases = Array.from({ length: as === 'copy' ? PHASES : 1 }, (_, phase) => phase);
  return phases.map((phase) => soundFingerprint({ samples, sample_rate: sampleRate }, phase));
}

/** What cannot be decoded looks and sounds like nothing; what its manifest says is worth telling all the same. */
async function orNothing<T>(read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read();
  } catch {
    return [];
  }
}
