import { dropUpload } from '../../flows/drop-upload.ts';
import { asId, type UploadId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteUpload = os.generation.deleteUpload.handler(
  async ({ input, context: { context, caller } }) => {
    await dropUpload(context, member(caller), asId<UploadId>(input.id));
    return { id: input.id };
  },
);
