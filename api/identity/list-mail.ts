import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { Mail } from './shapes.ts';

/** The mail that would have been sent. Exists in development only. */
export const listMail = endpoint
  .route({ method: 'GET', path: '/dev/mail', tags: ['Development'], summary: 'Development mail outbox' })
  .input(z.strictObject(paged(30)))
  .output(page(Mail));
