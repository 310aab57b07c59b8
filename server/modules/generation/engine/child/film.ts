import { previewPicture } from '../media/picture.ts';
import { createFilmEncoder, FPS } from '../media/video.ts';
import { Refusal } from '../refusal.ts';
import type { MediaOutput } from '../types.ts';
import { openPainter } from './painter.ts';
import type { Run } from './run.ts';
import { floats } from './sessions.ts';

/** A film is a painter asked again for each frame; `time` runs once from 0 to 1, so loops close. */
export async function playFilm(run: Run): Promise<MediaOutput[]> {
  const { width, height, frames } = filmSize(run);
  const painter = await openPainter(run);
  const encoder = await createFilmEncoder({ width, height, frames, fps: FPS });
  for (let i = 0; i < frames; i++) {
    const frame = await painter.paint(width, height, { time: floats(Float32Array.of(i / frames), [1]) });
    await encoder.add(frame);
    await run.preview(() => previewPicture(frame));
    await run.progress(i + 1, frames, 'Drawing frames');
  }
  return encoder.finish();
}

export function filmSize(run: Run): { width: number; height: number; frames: number } {
  const width = run.wholeNumber('width', 64, 1280);
  const height = run.wholeNumber('height', 64, 1280);
  if (width % 16 || height % 16)
    throw new Refusal('invalid_input', 'width and height must be multiples of 16');
  const frames = Math.round(run.number('duration_s', 0.5, 20) * FPS);
  return { width, height, frames };
}
