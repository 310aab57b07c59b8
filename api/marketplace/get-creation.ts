import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CreationPage } from './creation-shapes.ts';

export const getCreation = endpoint
  .route({
    method: 'GET',
    path: '/creations/{id}',
    tags: ['Community'],
    summary: 'Something that its maker shows',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(CreationPage);
