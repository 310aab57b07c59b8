import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { FileName } from './file-name.ts';
import { ModelFile } from './model-file-shapes.ts';

/** The file itself is the body. It is read to its last byte and never loaded; what is not taken is refused by name. */
export const createModelFile = endpoint
  .route({
    method: 'POST',
    path: '/model-files',
    tags: ['Models'],
    summary: 'Upload a file of a model',
    inputStructure: 'detailed',
  })
  .errors(may('MODEL_FILE_REFUSED', 'MODEL_FILES_FULL', 'FILE_TOO_LARGE', 'STORAGE_FULL'))
  .input(
    z.object({
      query: z.strictObject({
        name: FileName,
      }),
      body: z
        .file()
        .meta({ description: 'ONNX or safetensors, 256 MB at most unless the operator set another limit.' }),
    }),
  )
  .output(ModelFile);
