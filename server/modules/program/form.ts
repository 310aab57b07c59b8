import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Of what an application is asked; a revision keeps the version that it answered. */
export const FORM_VERSION = '2026-11';

/** Open applications of one account at a time. */
export const APPLICATIONS_MAX = 5;
/** Of a draft as it lies in the database. */
export const DRAFT_BYTES_MAX = 200_000;
/** Samples that a draft keeps. */
export const TRIALS_MAX = 8;
/** Samples that may be made for one application in all: what was taken out is kept, too. */
export const TRIALS_EVER_MAX = 40;
/** Applications that one account may begin in a UTC day. */
export const BEGUN_PER_DAY_MAX = 20;
/** What all parents together may get of the creator's share. */
export const ROYALTIES_PPM_MAX = 500_000;
/** Generations of models that a lineage may go back, the new one not counted. */
export const LINEAGE_DEPTH_MAX = 4;

const RIGHTS_VERSION = '2026-11';

export type RightsStatement = { version: string; text: string; digest: string };

/** The words that an applicant affirms now. Their version never gets another text. */
export const RIGHTS: RightsStatement = read(RIGHTS_VERSION);

function read(version: string): RightsStatement {
  const text = readFileSync(path.resolve(import.meta.dirname, 'rights', `${version}.md`), 'utf8');
  return { version, text, digest: `sha256:${createHash('sha256').update(text).digest('hex')}` };
}
