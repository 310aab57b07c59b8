import { uploadModelFile } from '../../flows/upload-model-file.ts';
import { presentModelFile } from '../../views/model-files.ts';
import { os } from '../base.ts';

export const createModelFile = os.registry.createModelFile.handler(
  async ({ input: { query, body }, context: { context, caller } }) =>
    presentModelFile(await uploadModelFile(context, caller, { name: query.name, file: body })),
);
