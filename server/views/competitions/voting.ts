import { FLOOR, QUOTA } from '@stellary/judging';
import { countsAs, whyNotVoteWords } from '#api/competitions/rule-words.ts';
import type { Pair, Voting, VotingPhase, WhyNotVote } from '#api/competitions/voting-shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId, CategoryId } from '../../ids.ts';
import * as competitions from '../../modules/competitions/index.ts';
import { refuse } from '../../refuse.ts';
import { no, YES } from '../can.ts';
import { voterFacts } from './voter-facts.ts';

export type ContestName = { slug: string; category: competitions.Medium };

/** The pairs of a voter are sealed for them alone. */
export const pairSeal = (person_id: AccountId): string => `pair ${person_id}`;

/** Whoever skips a larger part than this counts for nothing. */
const SKIPS_PPM_MAX = 400_000;

/** What somebody may know of their part in a vote: of themselves, and nothing of how anything stands. */
export async function votingOf(
  { db, clock }: Context,
  person_id: AccountId,
  { slug, category }: ContestName,
): Promise<Voting> {
  const at = clock.now();
  const contest = (await competitions.contestAt(db, slug, category)) ?? refuse('NOT_FOUND');
  const { category_id, ends_at } = contest;
  const phase = ends_at && at < ends_at ? contest.phase : null;
  const { facts } = await voterFacts(db, contest, person_id, at);
  const voter = (await competitions.votersAmong(db, category_id, [person_id])).get(person_id);
  const counted = phase ?? 'qualifying';
  const given = (await competitions.givenTo(db, category_id, counted, [person_id])).get(person_id) ?? [];
  const cast = given.filter(({ choice }) => competitions.isCast(choice)).length;
  const open = given.filter((one) => competitions.isOpen(one, at)).length;
  const missing = voter ? null : competitions.whyNotVote(facts, contest);
  const why_not: WhyNotVote | null = phase === null ? 'nobody_votes' : missing;
  const kind = voter?.class ?? competitions.classOf(facts.joined_at, contest);
  return {
    phase,
    ends_at: phase && ends_at ? ends_at.toISOString() : null,
    now: at.toISOString(),
    can: { vote: why_not === null ? YES : no(whyNotVoteWords[why_not]) },
    why_not,
    facts: competitions.factsSaid(facts, contest),
    class: kind,
    counts_as: countsAs[kind],
    ...{ cast, skipped: given.length - cast - open, quota: QUOTA[counted], floor: FLOOR[counted] },
    skips_ppm_max: SKIPS_PPM_MAX,
  };
}

/** A pair for the one who compares it: two files, and nothing about them. */
export function presentPair(
  { cursors, media_links, clock }: Context,
  {
    category_id,
    phase,
    given,
    left,
    right,
  }: {
    category_id: CategoryId;
    phase: VotingPhase;
    given: competitions.Given;
    left: competitions.Shown & { looks_ms: number };
    right: competitions.Shown & { looks_ms: number };
  },
): Pair {
  const at = clock.now();
  const { id, person_id, cast_before, looks_ms, issued_at, expires_at } = given;
  const numbers = [cast_before, issued_at.getTime(), looks_ms, expires_at.getTime()];
  return {
    token: cursors.seal(pairSeal(person_id), [id, category_id, phase, ...numbers.map(String)]),
    // by its digest a file that lies elsewhere as well would be found there, with its author
    left: media_links.blindLink(left, pairSeal(person_id), at),
    right: media_links.blindLink(right, pairSeal(person_id), at),
    ...{ left_ms: left.looks_ms, right_ms: right.looks_ms },
    looks_ms: Math.max(0, issued_at.getTime() + looks_ms - at.getTime()),
    expires_in_ms: Math.max(0, expires_at.getTime() - at.getTime()),
  };
}
