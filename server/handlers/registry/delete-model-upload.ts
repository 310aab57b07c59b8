import { cancelModelUpload } from '../../flows/cancel-model-upload.ts';
import { asId, type ModelUploadId } from '../../ids.ts';
import { modelUpload } from '../../views/model-uploads.ts';
import { member, os } from '../base.ts';

export const deleteModelUpload = os.registry.deleteModelUpload.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ModelUploadId>(input.id);
    await cancelModelUpload(context, member(caller), id);
    return modelUpload(context, member(caller), id);
  },
);
