import * as z from 'zod';
import { Can, Id, Instant, PersonRef } from '../base.ts';
import { WORDS_CHARS_MAX } from './report-words.ts';

export const ReportedKind = z.enum([
  ...(['creation', 'comment', 'rating', 'model', 'person'] as const),
  ...(['board', 'event', 'message', 'offer', 'entry'] as const),
]);
export type ReportedKind = z.infer<typeof ReportedKind>;

export const ReportReason = z.enum(['sexual', 'hate', 'violence', 'real_person', 'copied', 'spam', 'other']);

export const Decision = z.enum(['nothing', 'hide', 'restore']);
export const Words = z.string().trim().min(1, 'must be given').max(WORDS_CHARS_MAX);

/** What is reported: by id (a message or an offer is one about a collaboration of yours); a model by its slug, a person by their handle. */
export const Reported = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('creation'), id: Id }),
  z.strictObject({ kind: z.literal('comment'), id: Id }),
  z.strictObject({ kind: z.literal('rating'), id: Id }),
  z.strictObject({ kind: z.literal('board'), id: Id }),
  z.strictObject({ kind: z.literal('event'), id: Id }),
  z.strictObject({ kind: z.literal('message'), id: Id }),
  z.strictObject({ kind: z.literal('offer'), id: Id }),
  z.strictObject({ kind: z.literal('entry'), id: Id }),
  z.strictObject({ kind: z.literal('model'), slug: z.string().max(60) }),
  z.strictObject({ kind: z.literal('person'), handle: z.string().max(30) }),
]);
export type Reported = z.infer<typeof Reported>;

const Ruling = z.object({
  id: Id,
  decision: Decision,
  reason: z.string(),
  by: PersonRef.nullable().meta({ description: 'Moderators see who; others do not.' }),
  at: Instant,
});

/** Everything that is to be decided about one thing, or was. */
export const Matter = z.object({
  kind: ReportedKind,
  subject_id: Id,
  owner: PersonRef,
  title: z.string(),
  text: z.string().nullable(),
  path: z.string(),
  hidden: z.boolean(),
  reports: z.array(z.object({ reason: ReportReason, text: z.string(), at: Instant })),
  reports_count: z.int(),
  rulings: z.array(Ruling),
  objection: z.object({ id: Id, text: z.string(), at: Instant }).nullable(),
  since: Instant,
  can: z.object({ nothing: Can, hide: Can, restore: Can }),
});
export type Matter = z.infer<typeof Matter>;

/** A decision about something of one's own. */
export const OwnRuling = z.object({
  id: Id,
  kind: ReportedKind,
  title: z.string(),
  path: z.string(),
  decision: Decision,
  reason: z.string(),
  at: Instant,
  objection: z.object({ text: z.string(), at: Instant, answered: z.boolean() }).nullable(),
  can: z.object({ object: Can }),
});
export type OwnRuling = z.infer<typeof OwnRuling>;
