import { modelFileList } from '../../views/model-files.ts';
import { member, os } from '../base.ts';

export const listModelFiles = os.registry.listModelFiles.handler(({ input, context: { context, caller } }) =>
  modelFileList(context, member(caller), input),
);
