import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { ShowcaseCard } from './shapes.ts';

export const listShowcases = endpoint
  .route({ method: 'GET', path: '/showcases', tags: ['Showcase'], summary: 'Showcases, the newest first' })
  .input(z.strictObject({ ...paged(40) }))
  .output(page(ShowcaseCard));
