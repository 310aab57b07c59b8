import { asId, type UploadId } from '../../ids.ts';
import { uploadFor } from '../../views/uploads.ts';
import { member, os } from '../base.ts';

export const getUpload = os.generation.getUpload.handler(({ input, context: { context, caller } }) =>
  uploadFor(context, member(caller), asId<UploadId>(input.id)),
);
