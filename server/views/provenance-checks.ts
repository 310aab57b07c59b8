import { ASSET_STATEMENT_TYPE, verifyStatement } from '@stellary/proofs';
import type { Db } from '../kit/database.ts';
import { gather, type Verification } from '../kit/findings.ts';
import type { Jwks } from '../kit/signing.ts';
import * as generation from '../modules/generation/index.ts';

const EACH = 'each asset has a statement, since there are any';
const SIGNED = 'each statement of an asset is signed by a key of the set';
const NAMES = 'each statement names its asset and the file that the asset is';
const FILES_KNOWN = 'each file that a statement names leads to its asset';

/** Whether what was signed of each asset is as it was signed, and about that asset. */
export async function verifyProvenance(db: Db, jwks: Jwks): Promise<Verification> {
  const { violations, find } = gather();
  let read = 0;
  for await (const { asset_id, digest, jws, files } of generation.eachStatement(db)) {
    read += 1;
    const [signed] = await verifyStatement({ statement: jws, jwks });
    const { statement } = signed ?? {};
    if (!statement) {
      find(SIGNED, asset_id);
      continue;
    }
    const master = statement.files.find(({ role }) => role === 'master');
    if (statement.asset_id !== asset_id || master?.digest !== `sha256:${digest}`) find(NAMES, asset_id);
    if (statement.files.some((file) => !files.includes(file.digest.replace('sha256:', ''))))
      find(FILES_KNOWN, asset_id);
  }
  for (const asset_id of await generation.assetsWithoutStatement(db)) find(EACH, asset_id);
  const notes = [`provenance: ${read} statements of type ${ASSET_STATEMENT_TYPE}`];
  return { checked: [EACH, SIGNED, NAMES, FILES_KNOWN], violations, notes };
}
