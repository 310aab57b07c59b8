import { createHash, createHmac, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { present } from '../../../kit/assert.ts';

/** What an asset was made from. A digest, and whether we made it or somebody brought it. */
export const Parent = z.object({ digest: z.string(), origin: z.enum(['platform', 'upload']) });
export type Parent = z.infer<typeof Parent>;

/** What is known of an asset the moment it was made: manifest and statement say the same of it. */
export type Facts = {
  asset_id: string;
  generation_id: string;
  modality: string;
  release: { id: string; model: string; title: string; version: string; digest: string };
  /** `inputCommitment` */
  input: string;
  seed: number;
  runtime: { name: string; version: string; provider: string; arch: string };
  parents: Parent[];
  /** ISO 8601 */
  made_at: string;
};

/**
 * What was asked for, "sha256:<hex>" over the generation, the canonical input and a salt. A prompt is short, and
 * from a bare hash it could be guessed; whoever asked is told the salt, and can show it.
 */
export const inputCommitment = (
  salt: string,
  generation_id: string,
  input: Record<string, unknown>,
): string =>
  `sha256:${createHash('sha256')
    .update(`${generation_id}|${canonicalInput(input)}|${salt}`)
    .digest('hex')}`;

export const canonicalInput = (input: Record<string, unknown>): string =>
  present(canonicalize(input), 'canonical JSON');

/** The same whenever it is asked for, and guessed by nobody. */
export const inputSalt = (key: KeyObject, generation_id: string): string =>
  createHmac('sha256', key).update(`input of ${generation_id}`).digest('hex');
