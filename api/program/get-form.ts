import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { KnownLicence } from './applicant-shapes.ts';

/** What an application is made of at this moment, the words to affirm included. */
export const getForm = endpoint
  .route({ method: 'GET', path: '/program/form', tags: ['Program'], summary: 'The form of an application' })
  .errors(may('NOT_PRICED'))
  .input(z.strictObject({}))
  .output(
    z.object({
      version: z.string(),
      terms_version: z.string(),
      share_ppm: z
        .int()
        .meta({ description: "The creator's share that an agreement would be offered with." }),
      rights: z.object({
        version: z.string(),
        text: z.string().meta({ description: 'Markdown, word for word.' }),
        digest: z.string(),
      }),
      licences: z.array(KnownLicence),
      royalties_ppm_max: z
        .int()
        .meta({ description: "All parents together, of the creator's share, in millionths." }),
      lineage_depth_max: z.int(),
      trials_max: z.int(),
      price_classes: z.array(
        z.object({ price_class: z.string(), unit: z.enum(['megapixel', 'second']), explanation: z.string() }),
      ),
    }),
  );
