import { asId, type ModelUploadId } from '../../ids.ts';
import { modelUpload } from '../../views/model-uploads.ts';
import { member, os } from '../base.ts';

export const getModelUpload = os.registry.getModelUpload.handler(({ input, context: { context, caller } }) =>
  modelUpload(context, member(caller), asId<ModelUploadId>(input.id)),
);
