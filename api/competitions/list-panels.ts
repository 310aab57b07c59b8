import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Now, PanelHead } from './results-shapes.ts';

/** The categories that the caller was asked to judge, the newest first. */
export const listPanels = endpoint
  .route({ method: 'GET', path: '/judging/panels', tags: ['Competitions'], summary: 'List own panels' })
  .errors(may())
  .input(z.object({}))
  .output(z.object({ now: Now, items: z.array(PanelHead) }));
