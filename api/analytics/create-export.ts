import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Export, ExportWish } from './export-shapes.ts';
import { NO_SUCH_TIME } from './shapes.ts';

/** Answers at once; the file is made meanwhile, of what was counted when it was begun. */
export const createExport = endpoint
  .route({
    method: 'POST',
    path: '/analytics/exports',
    tags: ['Analytics'],
    summary: 'Order a file of figures',
    successStatus: 202,
  })
  .errors(
    may(
      ...NO_SUCH_TIME,
      'DIMENSION_UNKNOWN',
      'COLUMN_UNKNOWN',
      'MODELS_TOO_MANY',
      'NOT_FOUND',
      'GENERATIONS_NOT_KEPT',
      'EXPORTS_FULL',
    ),
  )
  .input(ExportWish)
  .output(Export);
