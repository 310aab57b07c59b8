import { createRandom } from '../../../../../models/contract/random.ts';
import { enlargePixelArt, previewPicture } from '../media/picture.ts';
import { createFilmEncoder, FPS } from '../media/video.ts';
import type { MediaOutput } from '../types.ts';
import { openFlow, type Flow } from './flow.ts';
import type { Run } from './run.ts';

const STATIONS_MAX = 8;
/** What parts one station of the prompt from the next: "cat, then ghost", "cat to ghost", "cat -> ghost". */
const BETWEEN = /[,;>→|]+|\b(?:to|into|then|becomes|becoming|turns|and)\b/giu;

type Station = { noise: Float32Array; condition: Float32Array };

/**
 * A flow (contract `flow/1`) as a film: it travels from thing to thing and back to the first. What lies
 * between two is drawn like everything else, from noise between their noises and a wish between their wishes.
 */
export async function playMorph(run: Run): Promise<MediaOutput[]> {
  const size = run.wholeNumber('size', 96, 1152);
  const rest = run.number('rest', 0, 0.9);
  const frames = Math.round(run.number('duration_s', 0.5, 20) * FPS);
  const flow = await openFlow(run);
  const stations = await readStations(run, flow);
  const encoder = await createFilmEncoder({ width: size, height: size, frames, fps: FPS });
  for (let i = 0; i < frames; i++) {
    const way = ((i / frames) * stations.length + rest / 2) % stations.length;
    const from = stations[Math.floor(way)]!;
    const to = stations[(Math.floor(way) + 1) % stations.length]!;
    const { noise, condition } = between(from, to, ease((way % 1) - rest / 2, 1 - rest));
    const sprite = await flow.draw(noise, condition);
    await encoder.add(await enlargePixelArt(sprite, size));
    await run.preview(() => previewPicture(sprite, 'nearest'));
    await run.progress(i + 1, frames, 'Morphing');
  }
  return encoder.finish();
}

/** A prompt of one thing makes three of its kind. */
async function readStations(run: Run, flow: Flow): Promise<Station[]> {
  const prompt = run.text('prompt');
  const parts = prompt
    .split(BETWEEN)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wishes = parts.length > 1 ? parts.slice(0, STATIONS_MAX) : [prompt, prompt, prompt];
  const random = createRandom(run.seed);
  const stations: Station[] = [];
  for (const wish of wishes) stations.push({ noise: flow.noise(random), condition: await flow.read(wish) });
  return stations;
}

/** 0 before the way begins, 1 after its `length`, smooth between */
function ease(way: number, length: number): number {
  const share = Math.min(1, Math.max(0, way / length));
  return share * share * (3 - 2 * share);
}

/** Noises are mixed on the sphere, so that the way leads through noise as loud as at its ends. */
function between(from: Station, to: Station, share: number): Station {
  const [cos, sin] = [Math.cos((share * Math.PI) / 2), Math.sin((share * Math.PI) / 2)];
  return {
    noise: from.noise.map((value, i) => value * cos + to.noise[i]! * sin),
    condition: from.condition.map((value, i) => value + (to.condition[i]! - value) * share),
  };
}
