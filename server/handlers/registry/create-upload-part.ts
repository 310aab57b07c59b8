import { appendToUpload } from '../../flows/append-to-upload.ts';
import { asId, type ModelUploadId } from '../../ids.ts';
import { modelUpload } from '../../views/model-uploads.ts';
import { member, os } from '../base.ts';

export const createUploadPart = os.registry.createUploadPart.handler(
  async ({ input: { params, query, body }, context: { context, caller } }) => {
    const id = asId<ModelUploadId>(params.id);
    await appendToUpload(context, member(caller), { id, offset: query.offset, bytes: body });
    return modelUpload(context, member(caller), id);
  },
);
