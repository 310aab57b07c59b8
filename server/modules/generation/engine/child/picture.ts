import { encodePicture, previewPicture } from '../media/picture.ts';
import type { MediaOutput } from '../types.ts';
import { openPainter } from './painter.ts';
import type { Run } from './run.ts';

const SKETCH_SIDE = 96;

/** One still picture: a small sketch first, then the picture band by band. */
export async function playPicture(run: Run): Promise<MediaOutput[]> {
  const width = run.wholeNumber('width', 64, 2048);
  const height = run.wholeNumber('height', 64, 2048);
  const painter = await openPainter(run);
  const scale = SKETCH_SIDE / Math.max(width, height);
  const sketch = await painter.paint(Math.round(width * scale), Math.round(height * scale), {});
  await run.progress(0, height, 'Painting');
  const [picture] = await Promise.all([
    painter.paint(width, height, {}, (rows) => run.progress(rows, height, 'Painting')),
    run.preview(() => previewPicture(sketch)),
  ]);
  return [await encodePicture(picture, 'webp')];
}
