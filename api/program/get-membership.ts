import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Membership } from './agreement-shapes.ts';

/** How you stand with the program, and what that lets you do. */
export const getMembership = endpoint
  .route({ method: 'GET', path: '/program/membership', tags: ['Program'], summary: 'Get your standing' })
  .input(z.object({}))
  .output(Membership);
