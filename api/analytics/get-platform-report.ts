import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, compared, grained, PlatformReport } from './shapes.ts';

export const getPlatformReport = endpoint
  .route({
    method: 'GET',
    path: '/analytics/platform',
    tags: ['Analytics'],
    summary: 'How the platform does',
  })
  .errors(may('ZONE_UNKNOWN', 'RANGE_EMPTY', 'RANGE_TOO_LONG', 'NOT_YET'))
  .input(z.strictObject({ ...asked, ...grained, ...compared }))
  .output(PlatformReport);
