import type { VotingPhase } from '#api/competitions/voting-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, CategoryId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import { DAY_MS, dayOf, nextDay, startOfDay } from '../kit/clock.ts';
import type { Db, Tx } from '../kit/database.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as identity from '../modules/identity/index.ts';
import { nearTo } from '../views/competitions/relations.ts';
import { OFFICES } from '../views/competitions/voter-facts.ts';

/** A ballot that was cast just before midnight may still be on its way. */
const LATE_MS = 60_000;
/** In one transaction. */
const PIECE = 5_000;

/**
 * Writes down the order of what was cast in a category on days that are over and publishes the root of each of them. With
 * a phase that is over it closes: what nobody answered is skipped, and who shares one voice is named. Doing it again
 * changes nothing. Answers how many roots were published.
 */
export async function closeBallots(context: Context, category_id: CategoryId): Promise<number> {
  const { db, clock } = context;
  const contest = await competitions.contestOf(db, category_id);
  if (!contest) return 0;
  let published = 0;
  for (const { phase, opened_at, closed_at } of await competitions.phasesOf(db, category_id)) {
    if (closed_at) continue;
    const at = clock.now();
    const over = contest.standing_in !== phase;
    const roots = (await competitions.rootsOf(db, [category_id])).filter((root) => root.phase === phase);
    const last = roots.at(-1)?.day;
    const from = last ? nextDay(last) : dayOf(opened_at);
    const until = over ? later(from, lastDayOf(contest, phase, at)) : lastWholeDay(contest, phase, at);
    for (let day = from; day <= until; day = nextDay(day)) {
      const isLast = over && day === until;
      if (isLast) await lookAtVoters(context, category_id);
      published += Number(await closeDay(context, { category_id, phase }, { day, isLast, at }));
    }
  }
  return published;
}

const lastDayOf = ({ ends }: competitions.Contest, phase: VotingPhase, at: Date): string =>
  dayOf(new Date(Math.min(ends[phase].getTime() - 1, at.getTime())));

/** While a phase is not over its last day is not either, even where that ends at the same midnight. */
const lastWholeDay = ({ ends }: competitions.Contest, phase: VotingPhase, at: Date): string =>
  dayBefore(new Date(Math.min(at.getTime() - LATE_MS, ends[phase].getTime() - 1)));

const dayBefore = (at: Date): string => dayOf(new Date(startOfDay(at).getTime() - 1));

/** A phase that is over is closed with some day, also where it began late or was cut short. */
const later = (one: string, other: string): string => (one > other ? one : other);

/** Nothing is counted of a phase that began and is not closed: not everything cast in it has a place. */
export async function assertClosed(
  { db }: Context,
  category_id: CategoryId,
  phase: VotingPhase,
): Promise<void> {
  const phases = await competitions.phasesOf(db, category_id);
  if (phases.some((one) => one.phase === phase && one.closed_at === null))
    throw new Error(`the ${phase} of category ${category_id} is to be counted and is not closed`);
}

type Closing = { category_id: CategoryId; phase: VotingPhase };

/** Answers whether it was this call that published the root of the day. */
async function closeDay(
  { database }: Context,
  closing: Closing,
  { day, isLast, at }: { day: string; isLast: boolean; at: Date },
): Promise<boolean> {
  // with the phase everything is over that was given in it
  const before = isLast ? new Date(at.getTime() + 365 * DAY_MS) : new Date(nextDay(day));
  // what lapsed earlier was skipped with the day before
  const after = new Date(Date.parse(day) - LATE_MS);
  // what lapsed is done with before anything has a place: to look for it once more with each piece takes longest
  let lapsing = true;
  const step = async (tx: Tx): Promise<'more' | 'published' | 'not mine'> => {
    if (!(await competitions.mayPlace(tx, closing))) return 'not mine';
    const roots = await competitions.rootsOf(tx, [closing.category_id]);
    if (roots.some((root) => root.phase === closing.phase && root.day >= day)) return 'not mine';
    const piece = { ...closing, after, before, limit: PIECE };
    if (lapsing) {
      lapsing = (await competitions.skipLapsed(tx, piece)) > 0;
      return 'more';
    }
    if ((await competitions.placeBallots(tx, closing.category_id, piece)) > 0) return 'more';
    const root = await competitions.insertRoot(tx, closing, day, at);
    // into the chain whose end the signed heads of the books name: what was published is not made anew
    await audit(tx, {
      ...{ at, actor: 'system', act: 'competitions.root', subject: closing.category_id },
      detail: { phase: closing.phase, day, ...root },
    });
    if (isLast) await competitions.closePhase(tx, closing, at);
    return 'published';
  };
  for (;;) {
    const done = await database.inTransaction(step);
    if (done !== 'more') return done === 'published';
  }
}

/**
 * Voters are looked at once more: somebody may have used another's browser since they began, been named in an entry,
 * asked to judge, given an office, or banned; and may have turned out to be near to somebody whose entry they were shown
 * because nobody knew of it.
 */
async function lookAtVoters(
  { database, db, ballot_key, clock }: Context,
  category_id: CategoryId,
): Promise<void> {
  const people = (await competitions.votersOf(db, category_id)).map(({ person_id }) => person_id);
  const judges = await competitions.judgesOf(db, category_id);
  for (let from = 0; from < people.length; from += PIECE) {
    const some = people.slice(from, from + PIECE);
    const ties = await campaigns.tiesOf(db, some);
    const links = new Map<AccountId, string[]>();
    for (const [person_id, all] of ties)
      links.set(
        person_id,
        all.map((tie) => competitions.linkDigest(ballot_key, category_id, tie)),
      );
    const entrants = await competitions.entriesBy(db, category_id, some);
    const staff = await identity.withRole(db, some, OFFICES);
    const known = await identity.verifiedAmong(db, some, clock.now());
    const banned = some.filter((id) => !known.has(id));
    await database.inTransaction(async (tx) => {
      await competitions.addLinks(tx, category_id, links);
      await competitions.barVoters(
        tx,
        category_id,
        entrants.map(({ person_id }) => person_id),
        'ENTRANT',
      );
      await competitions.barVoters(tx, category_id, judges, 'JUDGE');
      await competitions.barVoters(tx, category_id, staff, 'STAFF');
      await competitions.barVoters(tx, category_id, banned, 'BANNED');
    });
  }
  const related = await choseAboutFriends(db, category_id, new Set(people));
  await database.inTransaction((tx) => competitions.barVoters(tx, category_id, related, 'RELATED'));
  await database.inTransaction((tx) => competitions.nameClusters(tx, category_id));
}

/** Voters who chose about an entry of somebody whom they are near to by now. */
async function choseAboutFriends(
  db: Db,
  category_id: CategoryId,
  voters: ReadonlySet<string>,
): Promise<AccountId[]> {
  const friends: { person_id: string; entry_id: string }[] = [];
  for (const [author, entries] of Map.groupBy(
    await competitions.authorsIn(db, category_id),
    ({ person_id }) => person_id,
  ))
    for (const person_id of await nearTo(db, author))
      if (voters.has(person_id)) for (const { entry_id } of entries) friends.push({ person_id, entry_id });
  return friends.length === 0 ? [] : competitions.choseAbout(db, category_id, friends);
}
