import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { people } from './people.ts';

/** Whom somebody blocked or muted, newest first. */
export async function blockedPeopleFor({ db }: Context, person_id: AccountId) {
  const kept = await marketplace.blockedBy(db, person_id);
  const person = await people(
    db,
    kept.map(({ other_id }) => other_id),
  );
  return {
    items: kept.map(({ other_id, kind, at }) => ({ person: person(other_id), kind, at: at.toISOString() })),
  };
}
