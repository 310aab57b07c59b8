import type { Upload } from '#api/generation/upload-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, UploadId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { mediaFile, picture } from './media.ts';

export async function uploadsFor(context: Context, owner_id: AccountId): Promise<Upload[]> {
  return (await generation.uploadsOf(context.db, owner_id)).map((upload) => shown(context, upload));
}

export async function uploadFor(context: Context, owner_id: AccountId, id: UploadId): Promise<Upload> {
  return shown(context, (await generation.uploadOf(context.db, owner_id, id)) ?? refuse('NOT_FOUND'));
}

function shown(context: Context, upload: generation.KeptUpload): Upload {
  const { id, width, height, thumbhash, created_at, used_at } = upload;
  const since = used_at ?? created_at;
  return {
    ...{ id, width, height, thumbhash },
    ...mediaFile(context, upload, `picture-${id.slice(0, 8)}`),
    thumbnail: present(picture(context, upload.thumbnail), 'the thumbnail of an upload'),
    created_at: created_at.toISOString(),
    kept_until: new Date(since.getTime() + generation.UNUSED_MS_MAX).toISOString(),
  };
}
