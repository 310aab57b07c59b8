import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, compared, grained, NO_SUCH_TIME, PlatformReport } from './shapes.ts';

export const getPlatformReport = endpoint
  .route({
    method: 'GET',
    path: '/analytics/platform',
    tags: ['Analytics'],
    summary: 'How the platform does',
  })
  .errors(may(...NO_SUCH_TIME))
  .input(z.strictObject({ ...asked, ...grained, ...compared }))
  .output(PlatformReport);
