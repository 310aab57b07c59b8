import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Input, Quote } from './shapes.ts';

/** The price of one generation and everyone who is paid from it, signed and valid for ten minutes. */
export const createQuote = endpoint
  .route({ method: 'POST', path: '/quotes', tags: ['Generation'], summary: 'Price of a generation' })
  .errors(may('RELEASE_UNKNOWN', 'RELEASE_WITHDRAWN', 'RELEASE_ENDED', 'MODEL_PAUSED', 'NOT_PRICED'))
  .input(z.strictObject({ release_id: Id, input: Input }))
  .output(Quote);
