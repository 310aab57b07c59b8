import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, CreatorHome } from './shapes.ts';

export const getCreatorHome = endpoint
  .route({ method: 'GET', path: '/analytics/home', tags: ['Analytics'], summary: 'How my models do now' })
  .errors(may('ZONE_UNKNOWN'))
  .input(z.strictObject({ zone: asked.zone }))
  .output(CreatorHome);
