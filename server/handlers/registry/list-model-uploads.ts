import { modelUploadList } from '../../views/model-uploads.ts';
import { member, os } from '../base.ts';

export const listModelUploads = os.registry.listModelUploads.handler(({ context: { context, caller } }) =>
  modelUploadList(context, member(caller)),
);
