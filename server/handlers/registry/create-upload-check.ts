import { checkAgain } from '../../flows/check-model-uploads.ts';
import { asId, type ModelUploadId } from '../../ids.ts';
import { modelUpload } from '../../views/model-uploads.ts';
import { member, os } from '../base.ts';

export const createUploadCheck = os.registry.createUploadCheck.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ModelUploadId>(input.id);
    await checkAgain(context, member(caller), id);
    return modelUpload(context, member(caller), id);
  },
);
