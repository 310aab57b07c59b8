import * as z from 'zod';
import { Can, Id, Instant, Micros, Modality, ONE_LINE, PersonRef } from '../base.ts';
import { Media, ModelRef } from '../generation/shapes.ts';
import { PIECE_WORDS_CHARS_MAX, PIECES_MAX, SHOWCASE_WORDS_CHARS_MAX } from './limits.ts';

/** Which piece: a creation that is shown, or a sample of a release. */
export const PieceName = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('creation'), id: Id.meta({ description: 'Of the creation.' }) }),
  z.strictObject({
    kind: z.literal('sample'),
    release_id: Id,
    ordinal: z.int().min(0).max(10_000),
  }),
]);
export type PieceName = z.infer<typeof PieceName>;

/** What is shown of a piece, wherever it comes from. */
export const Piece = Media.extend({
  name: PieceName,
  title: z.string(),
  maker: PersonRef,
  path: z.string().nullable().meta({ description: 'Its page; null: it has none of its own.' }),
});
export type Piece = z.infer<typeof Piece>;

export const ShownPiece = Piece.extend({
  words: z.string().meta({ description: 'What the creator of the model says of it.' }),
});

export const Showcase = z.object({
  model: ModelRef,
  title: z.string(),
  words: z.string(),
  pieces: z.array(ShownPiece).meta({ description: 'Without those that are not shown any more.' }),
  published_at: Instant.nullable().meta({ description: 'null: only its creator sees it.' }),
  changed_at: Instant,
  version: z.int(),
  archive_bytes: z.int().meta({ description: 'How large the media of its archive are together.' }),
  licence: z.string().nullable().meta({ description: 'Of the release in use.' }),
  can: z.object({ edit: Can, download: Can }),
});
export type Showcase = z.infer<typeof Showcase>;

export const ShowcaseCard = z.object({
  model: ModelRef,
  title: z.string(),
  words: z.string(),
  pieces: z.int(),
  cover: Piece.nullable(),
  published_at: Instant,
  changed_at: Instant,
});

const Words = (chars_max: number) =>
  z
    .string()
    .trim()
    .max(chars_max)
    .regex(/^[^\p{Cc}]*(?:\n[^\p{Cc}]*)*$/u, 'has signs that are no text')
    .meta({ description: 'Plain text.' });

export const ShowcaseWish = z.strictObject({
  title: z.string().trim().min(1, 'must be given').max(120).regex(ONE_LINE, 'must be one line'),
  words: Words(SHOWCASE_WORDS_CHARS_MAX),
  pieces: z
    .array(z.strictObject({ name: PieceName, words: Words(PIECE_WORDS_CHARS_MAX).default('') }))
    .max(PIECES_MAX),
  published: z.boolean(),
  version: z.int().min(0).meta({ description: 'Of the showcase that was changed; 0: there was none.' }),
});

/** What may be framed on other sites. */
export const Embed = z.object({
  of: z.enum(['assets', 'models']),
  name: z.string(),
  title: z.string(),
  by: PersonRef,
  model: ModelRef,
  modality: Modality,
  media: Media.nullable(),
  from_micros: Micros.nullable().meta({ description: 'Of a model: the price with its usual settings.' }),
  summary: z.string().nullable(),
  path: z.string().meta({ description: 'The page of it.' }),
  frame: z.object({
    path: z.string().meta({ description: 'What the frame shows.' }),
    width: z.int(),
    height: z.int(),
    kind: z.enum(['video', 'rich']),
  }),
});
export type Embed = z.infer<typeof Embed>;
