/** Pictures that somebody can generate from: what they uploaded, and what was made for them. */
import { UPLOAD_BYTES_MAX } from '../../../api/generation/input-pictures.ts';
import { api } from '#web/api-client.ts';
import type { Asset, Upload } from '#web/api-types.ts';
import { refusalOf } from '#web/refusal.ts';

export const PICTURE_TYPES = 'image/png,image/jpeg,image/webp,image/avif';

/** What is shown of one; `path` is where it has a page. */
export type Chosen = { id: string; url: string; words: string; path: string | null };

export const ofUpload = ({ id, thumbnail, width, height }: Upload): Chosen => ({
  ...{ id, url: thumbnail.url },
  words: `Uploaded, ${width} × ${height}`,
  path: null,
});
export const ofAsset = ({ id, thumbnail, url, width, height }: Asset): Chosen => ({
  ...{ id, url: thumbnail?.url ?? url },
  words: `From your library, ${width} × ${height}`,
  path: `/assets/${id}`,
});

/** The picture with this id; null where there is none any more. */
export async function findPicture(id: string): Promise<Chosen | null> {
  const upload = await orNone(api.generation.getUpload({ id }));
  if (upload) return ofUpload(upload);
  const asset = await orNone(api.generation.getAsset({ id }));
  return asset && asset.modality === 'image' && asset.deleted_at === null ? ofAsset(asset) : null;
}

async function orNone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (refusalOf(error).status === 404) return null;
    throw error;
  }
}

/** Sends a file; throws what stands in its way, in words. */
export async function sendPicture(file: File): Promise<Chosen> {
  if (file.size > UPLOAD_BYTES_MAX) throw new Error('This file is larger than 20 MB.');
  try {
    return ofUpload(await api.generation.createUpload({ body: file }));
  } catch (error) {
    const { code, message, data } = refusalOf(error);
    if (code === 'PICTURE_REFUSED') throw new Error(`It was not taken. ${String(data['why'])}`);
    throw new Error(code === 'FILE_TOO_LARGE' ? 'This file is larger than 20 MB.' : message);
  }
}

/** The first picture among files that were dropped or pasted, whatever it is called. */
export const pictureIn = (data: DataTransfer | null): File | null =>
  [...(data?.files ?? [])].find(({ type }) => type.startsWith('image/')) ?? null;
