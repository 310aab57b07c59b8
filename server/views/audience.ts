import type { AudienceCondition } from '#api/campaigns/shapes.ts';
import type { AccountId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';

const AT_ONCE = 2_000;
/** Whoever can make campaigns is in no audience of one. */
const WITHOUT_ROLES = ['editor', 'admin'];
const EVER = new Date(0);

/** The members for whom all of these conditions hold, `but` some: some at a time, in the order of their ids. */
export async function* audienceOf(
  db: Db,
  conditions: readonly AudienceCondition[],
  at: Date,
  but: ReadonlySet<string> = new Set(),
): AsyncGenerator<AccountId[], void> {
  const joined_since = joinedSince(conditions, at);
  for (let after: AccountId | null = null; ;) {
    const members: AccountId[] = await identity.membersAfter(db, {
      ...{ joined_since, without_roles: WITHOUT_ROLES, after, limit: AT_ONCE },
    });
    let people = members.filter((id) => !but.has(id));
    for (const condition of conditions)
      people = people.length > 0 ? await meet(db, condition, people, at) : [];
    if (people.length > 0) yield people;
    after = members.at(-1) ?? null;
    if (members.length < AT_ONCE) return;
  }
}

/** How many that are, of how many members. */
export async function audienceSize(db: Db, conditions: readonly AudienceCondition[], at: Date) {
  const sizeOf = async (of: readonly AudienceCondition[]) => {
    let people = 0;
    for await (const some of audienceOf(db, of, at)) people += some.length;
    return people;
  };
  return { people: await sizeOf(conditions), members: await sizeOf([]) };
}

const daysBefore = (at: Date, days: number) => new Date(at.getTime() - days * DAY_MS);

function joinedSince(conditions: readonly AudienceCondition[], at: Date): Date | null {
  const days = conditions.flatMap((one) => (one.kind === 'joined' ? one.within_days : []));
  return days.length > 0 ? daysBefore(at, Math.min(...days)) : null;
}

/** Those of some people for whom one condition holds. */
async function meet(db: Db, condition: AudienceCondition, people: readonly AccountId[], at: Date) {
  switch (condition.kind) {
    case 'joined':
      return [...people]; // by whom it was asked for
    case 'bought': {
      const buyers = await earnings.lastPurchases(db, people, EVER, at);
      return people.filter((id) => buyers.has(id) === condition.bought);
    }
    case 'generated': {
      const made = await generation.lastMade(db, people, condition.modality);
      return people.filter((id) => made.has(id));
    }
    case 'follows': {
      const creator = await identity.accountByHandle(db, condition.handle);
      if (!creator) return [];
      const followers = await marketplace.followersAmong(db, people, creator.id);
      return people.filter((id) => followers.has(id));
    }
    case 'quiet': {
      const made = await generation.lastMade(db, people, null);
      const before = daysBefore(at, condition.days);
      return people.filter((id) => (made.get(id) ?? at) < before);
    }
  }
}
