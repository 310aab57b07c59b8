import * as z from 'zod';
import { endpoint, Instant } from '../base.ts';
import { ModelAgreement } from './agreement-shapes.ts';

/** Under which terms each of your models earns, what will change and when, and what you have accepted. */
export const listAgreements = endpoint
  .route({ method: 'GET', path: '/program/agreements', tags: ['Program'], summary: 'List your agreements' })
  .input(z.object({}))
  .output(
    z.object({
      items: z.array(ModelAgreement),
      acceptances: z.array(
        z.object({
          terms_version: z.string(),
          terms_digest: z.string(),
          method: z.string(),
          evidence_hash: z.string(),
          at: Instant,
        }),
      ),
    }),
  );
