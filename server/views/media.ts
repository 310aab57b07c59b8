import type { Context } from '../context.ts';

type Stored = { digest: string; extension: string; mime: string; bytes: bigint | number };

/** A stored file as the contract shows it: signed links to the media origin. */
export function mediaFile(context: Context, file: Stored, download_name: string) {
  const at = context.clock.now();
  const target = { digest: file.digest, extension: file.extension };
  return {
    mime: file.mime,
    bytes: Number(file.bytes),
    digest: `sha256:${file.digest}`,
    url: context.media_links.link(target, at),
    download_url: context.media_links.link(
      { ...target, download_name: `${download_name}.${file.extension}` },
      at,
    ),
  };
}

/** A derived picture (thumbnail, poster): always WebP. */
export function picture(context: Context, stored: { digest: string; width: number; height: number } | null) {
  if (!stored) return null;
  const { digest, width, height } = stored;
  return { url: context.media_links.link({ digest, extension: 'webp' }, context.clock.now()), width, height };
}
