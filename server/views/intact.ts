import type { Db } from '../kit/database.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';

/** Whether a revision is word by word what was submitted, and its files are still there. */
export async function isIntact(db: Db, revision: program.Revision): Promise<boolean> {
  if (!(await program.revisionIsIntact(db, revision.id))) return false;
  for (const { digest } of revision.content.release.files) {
    if (!(await registry.modelFile(db, digest.slice('sha256:'.length)))) return false;
  }
  return true;
}
