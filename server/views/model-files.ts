import type * as z from 'zod';
import type { ModelFile } from '#api/registry/model-file-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as registry from '../modules/registry/index.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';

/** What one person uploaded, newest first. */
export async function modelFileList(
  context: Context,
  uploader_id: AccountId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const owner = `model files ${uploader_id}`;
  const last = rowOf(placeOf(context, owner, cursor));
  const after = last && { uploaded_at: last.at, digest: last.id };
  const files = await registry.modelFilesOf(context.db, uploader_id, { after, limit: limit + 1 });
  const { shown, next_cursor } = pageOf(context, owner, files, limit, ({ uploaded_at, digest }) => [
    uploaded_at.toISOString(),
    digest,
  ]);
  return { items: shown.map(presentModelFile), next_cursor };
}

export const presentModelFile = ({
  digest,
  name,
  bytes,
  report,
  uploaded_at,
}: registry.ModelFile): z.infer<typeof ModelFile> => ({
  digest: `sha256:${digest}`,
  name,
  bytes,
  report,
  uploaded_at: uploaded_at.toISOString(),
});
