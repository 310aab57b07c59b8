import * as z from 'zod';
import { Can, endpoint } from '../base.ts';
import { Collaboration } from './shapes.ts';

/** What you proposed to other creators and what they proposed to you, newest first. */
export const listCollaborations = endpoint
  .route({ method: 'GET', path: '/collaborations', tags: ['Collaborations'], summary: 'List collaborations' })
  .input(z.object({}))
  .output(z.object({ items: z.array(Collaboration), can: z.object({ propose: Can }) }));
