import * as z from 'zod';
import { Can, Id, Instant, PersonRef } from '../base.ts';
import { COMMENT_CHARS_MAX } from './text-limits.ts';

/** Line breaks may stand in it, and no other control characters. */
const PLAIN = /^[^\p{Cc}\u2028\u2029]*$/u;
export const CommentText = z
  .string()
  .trim()
  .min(1, 'must be given')
  .max(COMMENT_CHARS_MAX)
  .refine((text) => PLAIN.test(text.replaceAll('\n', '')), 'must be plain text')
  .meta({ description: 'Plain text. Addresses and @handles in it become links.' });

const Said = z.object({
  id: Id,
  author: PersonRef,
  text: z.string().nullable().meta({ description: 'null: deleted, or hidden by a moderator.' }),
  hidden: z.boolean(),
  at: Instant,
  edited_at: Instant.nullable(),
  can: z.object({ reply: Can, edit: Can, delete: Can, report: Can }),
});
/** What is replied to a comment stands below it: a reply is not replied to. */
export const Comment = Said.extend({ replies: z.array(Said) });
export type Comment = z.infer<typeof Comment>;

/** What is commented on: exactly one of the two. */
export const Below = {
  creation: Id.optional(),
  model: z.string().max(60).optional().meta({ description: 'Its slug.' }),
};
export const oneThing = ({
  creation,
  model,
}: {
  creation?: string | undefined;
  model?: string | undefined;
}) => (creation === undefined) !== (model === undefined);
