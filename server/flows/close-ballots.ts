import type { VotingPhase } from '#api/competitions/voting-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, CategoryId } from '../ids.ts';
import { DAY_MS, dayOf, nextDay, startOfDay } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as identity from '../modules/identity/index.ts';

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
    const until = over ? lastDayOf(contest, phase, at) : dayBefore(new Date(at.getTime() - LATE_MS));
    const roots = (await competitions.rootsOf(db, [category_id])).filter((root) => root.phase === phase);
    const from = roots.at(-1)?.day;
    for (let day = from ? nextDay(from) : dayOf(opened_at); day <= until; day = nextDay(day)) {
      const isLast = over && day === until;
      if (isLast) await lookAtVoters(context, category_id);
      published += Number(await closeDay(context, { category_id, phase }, { day, isLast, at }));
    }
  }
  return published;
}

const lastDayOf = ({ ends }: competitions.Contest, phase: VotingPhase, at: Date): string =>
  dayOf(new Date(Math.min(ends[phase].getTime() - 1, at.getTime())));

const dayBefore = (at: Date): string => dayOf(new Date(startOfDay(at).getTime() - 1));

type Closing = { category_id: CategoryId; phase: VotingPhase };

/** Answers whether it was this call that published the root of the day. */
async function closeDay(
  { database }: Context,
  closing: Closing,
  { day, isLast, at }: { day: string; isLast: boolean; at: Date },
): Promise<boolean> {
  // with the phase everything is over that was given in it
  const before = isLast ? new Date(at.getTime() + 365 * DAY_MS) : new Date(nextDay(day));
  const step = async (tx: Tx): Promise<'more' | 'published' | 'not mine'> => {
    if (!(await competitions.mayPlace(tx, closing))) return 'not mine';
    const roots = await competitions.rootsOf(tx, [closing.category_id]);
    if (roots.some((root) => root.phase === closing.phase && root.day >= day)) return 'not mine';
    const piece = { ...closing, before, limit: PIECE };
    const moved =
      (await competitions.skipLapsed(tx, piece)) +
      (await competitions.placeBallots(tx, closing.category_id, piece));
    if (moved > 0) return 'more';
    await competitions.insertRoot(tx, closing, day, at);
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
 * asked to judge, or banned.
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
      await competitions.barVoters(tx, category_id, banned, 'BANNED');
    });
  }
  await database.inTransaction((tx) => competitions.nameClusters(tx, category_id));
}
