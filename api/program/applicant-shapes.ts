import * as z from 'zod';
import { Id, Instant } from '../base.ts';
import { Sample } from '../registry/shapes.ts';
import { TermsChange } from './agreement-shapes.ts';
import { Application } from './application-shapes.ts';

/** Something that stands between a draft and its submission. */
export const Finding = z.object({
  path: z
    .string()
    .meta({ description: 'The field that it is about: `title`, `release.files.0.digest`, ...' }),
  code: z.string().meta({ description: 'The refusal that a submission would get.' }),
  message: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** What the model made for its applicant, and out of which input. */
export const Trial = Sample.extend({ id: Id, made_at: Instant });
export type Trial = z.infer<typeof Trial>;

export const ApplicationForApplicant = Application.extend({
  findings: z.array(Finding).meta({ description: 'While it can be submitted: what is in the way.' }),
  trials: z.array(Trial),
});
export type ApplicationForApplicant = z.infer<typeof ApplicationForApplicant>;

const Terms = z.object({
  commercial_use: z.boolean(),
  derivatives: z.boolean(),
  share_alike: z.boolean(),
  attribution: z.boolean(),
  use_restrictions: z.boolean().meta({ description: 'Uses that it forbids, and that must be passed on.' }),
});

/** A licence whose conditions are known to the machine. */
export const KnownLicence = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string().nullable(),
  terms: Terms,
  own: z
    .boolean()
    .meta({ description: 'May be chosen for a model; the others only describe what it came from.' }),
});
export type KnownLicence = z.infer<typeof KnownLicence>;

export const RevisionDiff = z.object({
  from: z.int(),
  to: z.int(),
  changes: z.array(
    z.object({
      path: z.string(),
      before: z.string().nullable().meta({ description: 'Null where nothing stood.' }),
      after: z.string().nullable(),
      paragraphs: z
        .array(TermsChange)
        .nullable()
        .meta({ description: 'The same word by word, where something stood before and after.' }),
    }),
  ),
});
export type RevisionDiff = z.infer<typeof RevisionDiff>;
