import { encodeAudio } from '../../engine/media/audio.ts';
import {
  derive,
  encodePicture,
  encodePoster,
  previewPicture,
  type RawPicture,
} from '../../engine/media/picture.ts';
import { Refusal } from '../../engine/refusal.ts';
import type { Artifact } from '../../engine/remote/endpoint.ts';
import type { MediaOutput, Modality } from '../../engine/types.ts';
import { type Beside, readBeside } from './beside.ts';
import { filmType, readFilm } from './hostile-film.ts';
import { pictureType, readPicture, readSmall } from './hostile-picture.ts';
import { readSound, soundType } from './hostile-sound.ts';

const PREVIEW_SIDE = 256;

export type FinishOrder = {
  modality: Modality;
  artifacts: Artifact[];
  /** what came with the work, by role */
  beside?: Beside[];
  output_bytes_max: number;
};

/** Results from outside, taken apart and made anew as what the model was asked for. */
export async function finish(order: FinishOrder): Promise<MediaOutput[]> {
  const { modality, artifacts, beside = [], output_bytes_max } = order;
  const made = await MAKE[modality](artifacts);
  const outputs = [...made, ...(await readBeside(modality, made[0], beside))];
  const bytes = outputs.reduce((sum, output) => sum + output.bytes.byteLength, 0);
  if (bytes > output_bytes_max)
    throw new Refusal('output_rejected', `${bytes} bytes of output, ${output_bytes_max} allowed`);
  return outputs;
}

/** A look at what is being made. */
export async function glance({ bytes }: Artifact): Promise<Uint8Array> {
  return previewPicture(await readSmall(bytes, PREVIEW_SIDE));
}

const MAKE: Record<Modality, (artifacts: Artifact[]) => Promise<MediaOutput[]>> = {
  image: pictures,
  video: film,
  music: piece,
};

async function pictures(artifacts: Artifact[]): Promise<MediaOutput[]> {
  const outputs: MediaOutput[] = [];
  for (const { bytes } of artifacts) outputs.push(await encodePicture(await readPicture(bytes), 'webp'));
  if (outputs.length === 0) throw new Refusal('output_rejected', 'the engine made no picture');
  return outputs;
}

/** One film. A picture beside it is its poster; else one is taken from it, where its pictures can be decoded. */
async function film(artifacts: Artifact[]): Promise<MediaOutput[]> {
  const { found, type, rest } = only(artifacts, filmType, 'an MP4 or a WebM');
  const { still, ...made } = await readFilm(found.bytes, type);
  const shown = (await pictureBeside(rest)) ?? still;
  return [
    {
      ...{ role: 'primary', modality: 'video', ...made },
      ...(shown && { poster: await encodePoster(shown), ...(await derive(shown)) }),
    },
  ];
}

/** One piece. A picture beside it is its cover. */
async function piece(artifacts: Artifact[]): Promise<MediaOutput[]> {
  const { found, type, rest } = only(artifacts, soundType, 'a WAV, a FLAC or an Ogg with Opus');
  const [master, ...others] = await encodeAudio(await readSound(found.bytes, type));
  const cover = await pictureBeside(rest);
  return [{ ...master, ...(cover && (await derive(cover))) }, ...others];
}

/** The one artifact of that sort; beside it only pictures may lie. */
function only<T>(artifacts: Artifact[], typeOf: (bytes: Uint8Array) => T | null, wanted: string) {
  const known = artifacts.flatMap((artifact) => {
    const type = typeOf(artifact.bytes);
    return type === null ? [] : [{ found: artifact, type }];
  });
  const [first, second] = known;
  if (!first || second)
    throw new Refusal('output_rejected', `the engine should have made ${wanted}, and one of it`);
  return { ...first, rest: artifacts.filter((artifact) => artifact !== first.found) };
}

async function pictureBeside(rest: Artifact[]): Promise<RawPicture | null> {
  const still = rest.find(({ bytes }) => pictureType(bytes) !== null);
  return still ? readPicture(still.bytes) : null;
}
