import * as z from 'zod';
import { Id, Instant, Modality } from '../base.ts';

export const Digest = z
  .string()
  .regex(/^(sha256:)?[0-9a-f]{64}$/, 'is not a SHA-256: 64 digits from 0 to f')
  .meta({ description: 'SHA-256 of the bytes, lower-case hex.' });

/** What is told of an asset to whoever holds it: which model made it and when. Never who asked for it, or for what. */
const Known = z.object({
  modality: Modality,
  model: z.object({ slug: z.string(), title: z.string() }),
  release: z.object({ version: z.string(), digest: z.string() }),
  made_at: Instant,
  asset_id: Id.nullable().meta({ description: 'Only where it is yours.' }),
});

/** The very bytes. */
export const SameBytes = Known.extend({
  role: z.string().meta({
    description:
      'What the file is of the asset: master, content (the master without its manifest), thumbnail, poster, rendition, or one that came along.',
  }),
  statement: z.string().nullable().meta({
    description:
      'Signed when it was made: a compact JWS. Null for what was made before statements were signed.',
  }),
});

/** Other bytes that look or sound the same. */
export const Alike = Known.extend({
  distance: z.number().meta({ description: '0: the same; at 1 it would no longer count as alike.' }),
  sure: z.enum(['nearly certain', 'likely']),
  seconds: z.int().nullable().meta({ description: 'Of sound: how much of it was compared.' }),
});

export const Manifest = z.object({
  state: z.enum(['trusted', 'valid', 'invalid']).meta({
    description:
      'trusted: whole and signed by us; valid: whole and signed by somebody else; invalid: changed since.',
  }),
  signed_by: z.object({ name: z.string().nullable(), organisation: z.string().nullable() }),
  signed_with: z.string().nullable(),
  made_by_model: z.boolean(),
  troubles: z.array(z.object({ code: z.string(), explanation: z.string() })),
  generation: z.record(z.string(), z.unknown()).nullable().meta({
    description: 'What we write into our own: model, release, seed, commitment to the input, parents.',
  }),
});

const Base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, 'is not Base64');

export const Fingerprints = z.strictObject({
  pictures: z
    .array(Base64.length(88))
    .max(8)
    .default([])
    .meta({ description: '64 bytes each: as it is, turned, mirrored. See @stellary/proofs/fingerprint.' }),
  sounds: z
    .array(Base64.max(16_000))
    .max(4)
    .default([])
    .meta({ description: '32 bits, little-endian, for every 93 ms; one for each phase.' }),
});
