import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { CategoryKind, EntryRule, RoundInstants, RulesPreview } from './shapes.ts';

/** How many of the month before the round opens would be eligible, and why not: as if the round had been then. */
export const createRulesPreview = endpoint
  .route({
    method: 'POST',
    path: '/organising/rounds/preview',
    tags: ['Competitions'],
    summary: 'Try rules on what was made before',
  })
  .errors(may('ROUND_REFUSED'))
  .input(z.strictObject({ kind: CategoryKind, rules: z.array(EntryRule).max(8), instants: RoundInstants }))
  .output(RulesPreview);
