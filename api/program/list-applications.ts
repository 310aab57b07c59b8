import * as z from 'zod';
import { Can, endpoint, page, paged } from '../base.ts';
import { ApplicationSummary } from './application-shapes.ts';

export const listApplications = endpoint
  .route({
    method: 'GET',
    path: '/applications',
    tags: ['Program'],
    summary: 'My applications, newest first',
  })
  .input(z.strictObject(paged(30)))
  .output(page(ApplicationSummary).extend({ can: z.object({ begin: Can }) }));
