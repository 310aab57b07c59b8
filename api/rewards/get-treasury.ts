import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Treasury } from './treasury-shapes.ts';

/** Nothing in it is about a single person. The answer may be kept for some seconds. */
export const getTreasury = endpoint
  .route({
    method: 'GET',
    path: '/treasury',
    tags: ['Rewards'],
    summary: 'What $STELAI is put aside, and what it is promised for',
  })
  .errors(may())
  .input(z.strictObject({}))
  .output(Treasury);
