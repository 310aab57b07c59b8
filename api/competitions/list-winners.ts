import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { Winner } from './results-shapes.ts';
import { CategoryKind } from './shapes.ts';

/** The hall of winners, the newest round first. Who won stays, whatever becomes of the work. */
export const listWinners = endpoint
  .route({ method: 'GET', path: '/winners', tags: ['Competitions'], summary: 'List winners' })
  .errors(may('INVALID_INPUT'))
  .input(z.object({ kind: CategoryKind.optional(), ...paged(20) }))
  .output(page(Winner));
