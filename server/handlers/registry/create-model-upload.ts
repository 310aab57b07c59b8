import { beginModelUpload } from '../../flows/begin-model-upload.ts';
import { modelUpload } from '../../views/model-uploads.ts';
import { member, os } from '../base.ts';

export const createModelUpload = os.registry.createModelUpload.handler(
  async ({ input: { name, bytes, digest = null }, context: { context, caller } }) => {
    const id = await beginModelUpload(context, caller, { name, bytes, digest });
    return modelUpload(context, member(caller), id);
  },
);
