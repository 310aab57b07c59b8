import * as z from 'zod';
import { Can, Id, Instant } from '../base.ts';
import { ModelFile } from './model-file-shapes.ts';
import { RefusedReason } from './refused-reason.ts';

/** One piece of an upload; larger files come in several. */
export const PART_BYTES_MAX = 64_000_000;

export const UploadRefusal = z.discriminatedUnion('code', [
  z.object({
    code: z.literal('CHECKSUM_WRONG'),
    why: z.string(),
    expected: z.string().meta({ description: 'The digest that was announced.' }),
    found: z.string().meta({ description: 'The digest of what came in.' }),
  }),
  z.object({ code: z.literal('DRAFT_LOST'), why: z.string() }),
  z.object({ code: z.literal('CHECK_UNFINISHED'), why: z.string() }),
  z.object({ code: z.literal('MODEL_FILE_REFUSED'), why: z.string(), reason: RefusedReason }),
]);
export type UploadRefusal = z.infer<typeof UploadRefusal>;

export const UploadCheck = z.object({
  name: z.enum(['received', 'format', 'gate', 'tensors', 'digest']),
  state: z.enum(['waiting', 'running', 'passed', 'refused']),
  detail: z.string().nullable(),
});

export const ModelUpload = z.object({
  id: Id,
  name: z.string(),
  bytes: z.int(),
  received: z
    .int()
    .meta({ description: 'How much of it is safely here: the next part begins at this offset.' }),
  expected_digest: z.string().nullable(),
  state: z.enum(['open', 'checking', 'unread', 'stored', 'refused', 'expired', 'cancelled']),
  checks: z.array(UploadCheck).meta({ description: 'What is looked at, in this order, and how far it is.' }),
  checked: z.int().meta({ description: 'Bytes that were read through so far.' }),
  refusal: UploadRefusal.nullable(),
  file: ModelFile.nullable().meta({ description: 'Once it is stored.' }),
  created_at: Instant,
  expires_at: Instant.meta({ description: 'Until then it can be continued; each part moves it on.' }),
  can: z.object({ append: Can, cancel: Can, check: Can }),
});
export type ModelUpload = z.infer<typeof ModelUpload>;
