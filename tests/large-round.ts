import { assign, commitSeed, QUOTA, sha256Hex } from '@stellary/judging';
import { sql } from 'kysely';
import { openVotings } from '../server/flows/open-voting.ts';
import { type AccountId, asId, type EntryId, type JudgeId, newId, type PairId } from '../server/ids.ts';
import { present } from '../server/kit/assert.ts';
import type { settableClock } from '../server/kit/clock.ts';
import { insertAll } from '../server/kit/insert-all.ts';
import * as competitions from '../server/modules/competitions/index.ts';
import { type MadeRound, people, roundIn } from './competitions.ts';
import type { World } from './world.ts';

/** A month in which very many vote: written into the tables as voting would have left them, pair by pair as drawn. */

const JOINED = new Date('2026-06-01T00:00:00Z');
const day = (of: number) => new Date(Date.UTC(2027, 2, of));
export const LARGE_TIMES = {
  opens_at: day(1),
  locks_at: day(22),
  qualifying_at: day(24),
  final_at: day(29),
  tally_at: day(32),
};
const RULES = '{"judging":{"judge":"stellar-judge/1","samples":500,"ties":"lots"},"title":"Large"}';
const AT_ONCE = 20_000;
const JUDGES = 7;

export type LargeRound = MadeRound & { voters: Map<AccountId, string>; judges: AccountId[] };
type Here = Pick<World, 'context'>;

export async function largeRound(
  world: Here,
  { entries, voters }: { entries: number; voters: number },
): Promise<LargeRound> {
  const { database, ballot_key } = world.context;
  const round = await roundIn(world, { slug: 'large', entries, with_files: false, ...LARGE_TIMES });
  const ids = await people(world, 'large-voter', voters, JOINED);
  const judges = await people(world, 'large-judge', JUDGES, JOINED);
  const pseudonyms = new Map(
    ids.map((id) => [id, competitions.pseudonymOf(ballot_key, { round_id: round.id, kind: 'image' }, id)]),
  );
  await database.inTransaction(async (tx) => {
    await tx
      .updateTable('competitions.round')
      .set({ rules_text: RULES, rules_digest: sha256Hex(RULES) })
      .where('id', '=', round.id)
      .execute();
    await insertAll(
      tx,
      'competitions.prize',
      [50n, 25n, 12n, 7n, 5n].map((amount_nanos, place) => ({
        ...{ category_id: round.category_id, place: place + 1, amount_nanos },
      })),
    );
    await insertAll(
      tx,
      'competitions.voter',
      [...pseudonyms].map(([person_id, pseudonym], place) => ({
        ...{ category_id: round.category_id, person_id, pseudonym, kept_from: [], links: [] },
        ...{ class: place % 8 === 0 ? 'new' : 'established', enrolled_at: LARGE_TIMES.qualifying_at },
      })),
    );
  });
  return { ...round, voters: pseudonyms, judges };
}

/** Everybody chooses as often as they may in a phase, one after the other all through it. Answers how many ballots it are. */
export async function everybodyVotes(
  { context }: Here,
  clock: ReturnType<typeof settableClock>,
  round: LargeRound,
  phase: 'qualifying' | 'final',
): Promise<number> {
  const { database, db } = context;
  const began = phase === 'qualifying' ? LARGE_TIMES.qualifying_at : LARGE_TIMES.final_at;
  const ends = phase === 'qualifying' ? LARGE_TIMES.final_at : LARGE_TIMES.tally_at;
  clock.set(new Date(began.getTime() + 60_000));
  await openVotings(context, await competitions.contestsToTend(db));
  const contest = present(await competitions.contestOf(db, round.category_id), 'the contest');
  const scope = { seed: contest.seed, competition: round.id, category: 'image', phase };
  const ids = (await competitions.showingsOf(db, round.category_id, phase)).map(({ entry_id }) => entry_id);
  const worth = new Map(round.entries.map(({ id }, place) => [id, place]));
  const total = round.voters.size * QUOTA[phase];
  const every_ms = (ends.getTime() - began.getTime() - 3_600_000) / total;
  const given: object[] = [];
  let slot = 0;
  const write = () =>
    database.inTransaction(async (tx) => {
      const rows = JSON.stringify(given.splice(0));
      await sql`insert into competitions.assignment
        select * from jsonb_populate_recordset(null::competitions.assignment, ${rows}::jsonb)`.execute(tx);
      await sql`insert into competitions.ballot (assignment_id, category_id, phase, choice, dwell_ms, at)
        select id, category_id, phase, choice, 3000, issued_at + interval '3 seconds'
        from jsonb_to_recordset(${rows}::jsonb)
          as g(id uuid, category_id uuid, phase text, choice text, issued_at timestamptz)`.execute(tx);
    });
  for (let k = 0; k < QUOTA[phase]; k += 1)
    for (const [person_id, voter] of round.voters) {
      const pair = present(
        assign(scope, ids, { voter, k, slot }, () => false),
        'a pair',
      );
      const issued_at = new Date(began.getTime() + 60_000 + Math.floor(slot * every_ms));
      const [left, right] = [
        worth.get(asId<EntryId>(pair.left)) ?? 0,
        worth.get(asId<EntryId>(pair.right)) ?? 0,
      ];
      // everybody finds the first better, and errs now and then, each in their own pairs
      const errs = parseInt(voter.slice(0, 6), 16) % 10 === (slot * 7) % 10;
      given.push({
        ...{ id: newId<PairId>(issued_at), category_id: round.category_id, phase, person_id, k, slot },
        ...{ cast_before: k, draw: pair.draw, left_entry: pair.left, right_entry: pair.right, damaged: null },
        ...{ looks_ms: 2_000, issued_at, expires_at: new Date(issued_at.getTime() + 600_000) },
        choice: left < right !== errs ? 'left' : 'right',
      });
      slot += 1;
      if (given.length >= AT_ONCE) await write();
    }
  await write();
  return slot;
}

/** Seven judges rank as they like best, and leave what opens their rankings. */
export async function everybodyJudges(
  { context }: Here,
  { id, category_id, judges }: LargeRound,
): Promise<void> {
  const { database, db } = context;
  const finalists = present(await competitions.finalistsOf(db, category_id), 'finalists');
  const at = LARGE_TIMES.final_at;
  await database.inTransaction(async (tx) => {
    for (const [place, person_id] of judges.entries()) {
      const judge_id = newId<JudgeId>(at);
      await tx
        .insertInto('competitions.judge')
        .values({
          ...{ id: judge_id, round_id: id, category_id, person_id, display_name: `Judge ${place + 1}` },
          ...{ state: 'accepted', emergency: false, declaration: 'Nothing.', invited_by: person_id },
          ...{ invited_at: at, answered_at: at },
        })
        .execute();
      const entry_ids = finalists.toSorted((one, other) => (sha256Hex(one) < sha256Hex(other) ? -1 : 1));
      const sheet = { judge_id, entry_ids, notes: {}, salt: commitSeed('ab'.repeat(32)) };
      await tx
        .insertInto('competitions.ranking')
        .values({
          ...{ judge_id, entry_ids, notes: '{}', version: 1, saved_at: at, committed_at: at },
          ...{ digest: competitions.digestOfSheet(sheet), kept_salt: sheet.salt },
        })
        .execute();
    }
  });
}
