import { ballotLeaf } from '@stellary/judging';
import type { BallotRoot, OwnBallot } from '#api/competitions/voting-shapes.ts';
import { resultsAreOut } from '#api/competitions/results-out.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import * as competitions from '../../modules/competitions/index.ts';
import { refuse } from '../../refuse.ts';
import type { ContestName } from './voting.ts';

/** The ballots of one voter, each with its way to the root of the day on which it was closed. */
export async function ownBallots(
  { db }: Context,
  person_id: AccountId,
  { slug, category }: ContestName,
): Promise<{ voter: string | null; items: OwnBallot[] }> {
  const contest = (await competitions.contestAt(db, slug, category)) ?? refuse('NOT_FOUND');
  const { category_id, state } = contest;
  const [ballots, roots, voters] = await Promise.all([
    competitions.ballotsBy(db, category_id, person_id),
    competitions.rootsOf(db, [category_id]),
    competitions.votersAmong(db, category_id, [person_id]),
  ]);
  const rootAt = (no: number) => roots.find(({ size }) => size > no);
  const paths = new Map<number, { index: number; size: number; path: string[] }>();
  const placed = ballots.flatMap(({ no }) => no ?? []);
  for (const [root, places] of Map.groupBy(placed, rootAt))
    if (root)
      for (const [no, path] of await competitions.pathsOf(db, category_id, root.size, places))
        paths.set(no, path);
  const items = ballots.map(({ id, at, no, leaf_hash, ballot }): OwnBallot => {
    const root = no === null ? undefined : rootAt(no);
    const path = no === null ? undefined : paths.get(no);
    return {
      ...{ id, phase: ballot.phase, choice: ballot.choice, at: at.toISOString(), place: no },
      leaf: no !== null && resultsAreOut(state) ? new TextDecoder().decode(ballotLeaf(no, ballot)) : null,
      leaf_hash: leaf_hash?.toString('hex') ?? null,
      proof: root && path ? { root: root.root, day: root.day, ...path } : null,
    };
  });
  return { voter: voters.get(person_id)?.pseudonym ?? null, items };
}

/** Every root that was published of a round. */
export async function ballotRoots({ db }: Context, slug: string): Promise<{ items: BallotRoot[] }> {
  const contests = await Promise.all(
    (['image', 'video', 'music'] as const).map((kind) => competitions.contestAt(db, slug, kind)),
  );
  const found = contests.flatMap((contest) => contest ?? []);
  if (found.length === 0) refuse('NOT_FOUND');
  const kinds = new Map(found.map(({ category_id, kind }) => [category_id, kind]));
  const roots = await competitions.rootsOf(db, [...kinds.keys()]);
  return {
    items: roots.flatMap(({ category_id, phase, day, size, root, closed_at }) => {
      const category = kinds.get(category_id);
      return category ? [{ category, phase, day, size, root, closed_at: closed_at.toISOString() }] : [];
    }),
  };
}
