import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, Mark, NO_SUCH_TIME, ofModels, Span } from './shapes.ts';

/** Releases, campaigns, and changes of prices, terms and owners. The oldest first. */
export const listMarks = endpoint
  .route({
    method: 'GET',
    path: '/analytics/marks',
    tags: ['Analytics'],
    summary: 'What happened, to be seen beside a line',
  })
  .errors(may(...NO_SUCH_TIME, 'MODELS_TOO_MANY', 'NOT_FOUND'))
  .input(z.strictObject({ ...asked, ...ofModels }))
  .output(z.object({ span: Span, items: z.array(Mark) }));
