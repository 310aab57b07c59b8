import { CHARGED_MIN } from '#api/competitions/rule-words.ts';
import type { AccountId, EntryId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as identity from '../../modules/identity/index.ts';
import { refuse } from '../../refuse.ts';
import { nearTo } from './relations.ts';

/** Who runs competitions sees more than voters do. */
export const OFFICES: readonly identity.Role[] = ['editor', 'moderator', 'finance', 'admin'];

export type VoterSeen = { facts: competitions.VoterFacts; kept_from: EntryId[] };

/** Everything that this product knows of somebody and that decides whether they vote, and what they are never shown. */
export async function voterFacts(
  db: Db,
  { category_id }: competitions.Contest,
  person_id: AccountId,
  at: Date,
): Promise<VoterSeen> {
  const account = (await identity.accountById(db, person_id)) ?? refuse('NOT_FOUND');
  const [bought, charged, relations, judges] = await Promise.all([
    earnings.lastPurchases(db, [person_id], new Date(0), at),
    generation.chargedUpTo(db, person_id, CHARGED_MIN),
    nearTo(db, person_id),
    competitions.judgesOf(db, category_id),
  ]);
  const entered = await competitions.entriesBy(db, category_id, [person_id, ...relations]);
  return {
    facts: {
      joined_at: account.created_at,
      email_verified: account.email_verified,
      bought: bought.has(person_id),
      charged,
      phone: null,
      passkey: null,
      office:
        account.roles.some((role) => OFFICES.includes(role)) ||
        judges.some((judge) => judge === person_id || relations.has(judge)),
      entrant: entered.some((one) => one.person_id === person_id),
    },
    kept_from: [...new Set(entered.map(({ entry_id }) => entry_id))].sort(),
  };
}
