import * as z from 'zod';
import { Can, endpoint } from '../base.ts';
import { ModelName } from './shapes.ts';
import { OpenSurface } from './surfaces.ts';

/** Models to choose from for a place, each with whether it may be featured by whoever asks. */
export const listCandidates = endpoint
  .route({ method: 'GET', path: '/slots/candidates', tags: ['Promotion'], summary: 'Models to feature' })
  .input(z.strictObject({ surface: OpenSurface, search: z.string().max(100).default('') }))
  .output(z.object({ items: z.array(ModelName.extend({ can: Can })) }));
