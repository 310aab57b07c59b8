import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Alike, Digest, Manifest, SameBytes } from './shapes.ts';

export const LOOKUP_BYTES_MAX = 64_000_000;

/** The file itself is the body. It is read in a process that can do nothing else, and nothing of it is kept. */
export const createLookup = endpoint
  .route({
    method: 'POST',
    path: '/provenance/lookups',
    tags: ['Provenance'],
    summary: 'What is known of a file',
    inputStructure: 'detailed',
  })
  .errors(may('FILE_TOO_LARGE', 'STORAGE_FULL'))
  .input(z.object({ body: z.file().meta({ description: 'Any file of 64 MB at most.' }) }))
  .output(
    z.object({
      digest: Digest,
      mime: z
        .string()
        .nullable()
        .meta({ description: 'Found by its bytes; null: of no kind that is known here.' }),
      matches: z.array(SameBytes),
      can_carry_manifest: z.boolean(),
      manifest: Manifest.nullable().meta({ description: 'The C2PA manifest in it, if there is one.' }),
      compared: z
        .array(z.enum(['looks', 'sound']))
        .meta({ description: 'What could be compared with what we made.' }),
      alike: z.array(Alike),
      trouble: z
        .string()
        .nullable()
        .meta({ description: 'Why the file could not be looked into, if it could not.' }),
    }),
  );
