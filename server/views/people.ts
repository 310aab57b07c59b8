import type { PersonRef } from '#api/base.ts';
import { NAME_OF_WHO_LEFT } from '#api/identity/leaving-words.ts';
import type { Db } from '../kit/database.ts';
import { type AccountId, asId } from '../ids.ts';
import * as identity from '../modules/identity/index.ts';

/** Names of accounts by id; an account that is gone still has a name to show. */
export async function people(db: Db, ids: readonly string[]): Promise<(id: string) => PersonRef> {
  const known = await identity.accountsByIds(
    db,
    [...new Set(ids)].map((id) => asId<AccountId>(id)),
  );
  return (id) => known.get(asId<AccountId>(id)) ?? { handle: 'gone', display_name: NAME_OF_WHO_LEFT };
}
