import * as z from 'zod';
import { endpoint, Modality, page, paged } from '../base.ts';
import { Creation } from './creation-shapes.ts';

export const listFeed = endpoint
  .route({
    method: 'GET',
    path: '/me/feed',
    tags: ['Community'],
    summary: 'What those whom I follow show, newest first',
  })
  .input(z.strictObject({ modality: Modality.optional(), ...paged(40) }))
  .output(page(Creation));
