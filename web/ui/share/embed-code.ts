import { escaped } from '#web/feeds/xml.ts';
import type { Embed } from '#web/api-types.ts';

/** What somebody pastes into their page. Everything in it is text or a number, written out. */
export function embedCode(
  origin: string,
  { title, by, frame }: Pick<Embed, 'title' | 'by' | 'frame'>,
  fit: { width: number; height: number } = frame,
): string {
  const src = escaped(origin + frame.path);
  const name = escaped(`${title} by ${by.display_name}`);
  return `<iframe src="${src}" title="${name}" width="${fit.width}" height="${fit.height}" style="border:0;max-width:100%" loading="lazy" allowfullscreen></iframe>`;
}

/** Made smaller until it fits, in its shape; what is only a line of words keeps its height. */
export function fitted(
  { width, height, kind }: Embed['frame'],
  { width_max, height_max }: { width_max: number; height_max: number },
): { width: number; height: number } {
  const shapeless = kind === 'rich' && height < width / 2;
  const scale = shapeless ? 1 : Math.min(1, width_max / width, height_max / height);
  return {
    width: Math.max(1, Math.min(width_max, Math.floor(width * scale))),
    height: Math.max(1, Math.min(height_max, Math.floor(height * scale))),
  };
}
