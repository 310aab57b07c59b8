import * as z from 'zod';
import { endpoint, Handle } from '../base.ts';
import { may } from '../errors.ts';
import { Membership } from './agreement-shapes.ts';

/** Creators who are not simply active, or the one who is asked for. */
export const listMemberships = endpoint
  .route({ method: 'GET', path: '/program/memberships', tags: ['Program'], summary: 'List standings' })
  .errors(may('NOT_FOUND'))
  .input(z.object({ handle: Handle.optional() }))
  .output(z.object({ items: z.array(Membership) }));
