import { NOT_LOOKED_AT } from '#api/competitions/anomaly-words.ts';
import {
  type Integrity,
  type IntegrityCase,
  DISQUALIFICATIONS,
  DisqualificationReason,
} from '#api/competitions/results-shapes.ts';
import { resultsAreOut } from '#api/competitions/results-out.ts';
import type { Context } from '../../context.ts';
import { present } from '../../kit/assert.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import { refuse } from '../../refuse.ts';
import { no, YES } from '../can.ts';
import { people } from '../people.ts';
import { isPartyTo } from './own-interest.ts';
import { changesOf, confirmationsShown, disputesShown, mayConfirm, type Viewer } from './results.ts';
import { readLookedOver } from './tally-files.ts';

/**
 * Everything about how a round was voted on and counted, for those who watch over it: what came out when everybody else
 * reads it, so that nobody takes out an entry because of where it stands.
 */
export async function integrityDesk(context: Context, viewer: Viewer, slug: string): Promise<Integrity> {
  const { db, clock } = context;
  const round = (await competitions.roundBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const categories = await competitions.categoriesOf(db, round.id);
  const out = resultsAreOut(round.state);
  const open_to = viewer
    ? await Promise.all(categories.map(async ({ id }) => !(await isPartyTo(db, id, viewer.id))))
    : [];
  const touch = !open_to.includes(true)
    ? no('You have an entry here, judge it, or are near to somebody who has one.')
    : CLOSED.has(round.state)
      ? no('The round is over.')
      : YES;
  return {
    now: clock.now().toISOString(),
    round: { slug, title: round.title, month: round.month, state: round.state },
    categories: await Promise.all(categories.map((category) => categoryDesk(context, category, out))),
    cases: await casesShown(db, round.id, categories, out),
    disputes: await disputesShown(context, viewer, round),
    not_looked_at: [...NOT_LOOKED_AT],
    owed_back: await owedBack(db, round.id, categories),
    reasons: DisqualificationReason.options.map((reason) => ({ reason, says: DISQUALIFICATIONS[reason] })),
    confirmations: await confirmationsShown(db, round.id),
    can: {
      disqualify: touch,
      void_ballots: touch,
      confirm: await mayConfirm(db, viewer, round, clock.now()),
    },
  };
}
const CLOSED = new Set<string>(['archived', 'cancelled']);

async function categoryDesk(
  context: Context,
  category: competitions.Category,
  out: boolean,
): Promise<Integrity['categories'][number]> {
  const { db } = context;
  const tallies = await competitions.talliesOf(db, [category.id]);
  const published = out ? tallies.filter(({ published_at }) => published_at !== null) : [];
  const open = tallies.find(({ published_at }) => published_at === null);
  const newest = published.at(-1);
  const files = newest ? await competitions.stepsOfTally(db, newest.id) : new Map<string, string>();
  const looked_over = newest ? await readLookedOver(context, files) : null;
  const places = newest ? await competitions.placesOf(db, category.id, newest.version) : [];
  const slotOf = new Map(places.map(({ entry_id, place_slot }) => [entry_id, place_slot]));
  const rankOf = new Map(looked_over?.shown.finalists.map(({ entry, position }) => [entry, position]));
  const entries = await competitions.entriesOf(db, category.id, competitions.STANDS);
  const person = await people(
    db,
    entries.map(({ person_id }) => person_id),
  );
  const done = open ? await competitions.stepsOfTally(db, open.id) : null;
  return {
    kind: category.kind,
    counting:
      open && done
        ? {
            step: competitions.TALLY_STEPS.find((step) => !done.has(step)) ?? 'published',
            waits_for: open.waits_for,
            since: open.asked_at.toISOString(),
          }
        : null,
    version: newest?.version ?? null,
    anomalies: looked_over?.anomalies ?? [],
    entries: entries
      .map(({ id, title, person_id, state }) => ({
        ...{ id, title, state, author: person(person_id) },
        ...{ rank: rankOf.get(id) ?? null, slot: slotOf.get(id) ?? null },
      }))
      .toSorted((one, other) => (one.rank ?? Infinity) - (other.rank ?? Infinity)),
    changes: changesOf(published),
  };
}

async function casesShown(
  db: Db,
  round_id: competitions.Round['id'],
  categories: readonly competitions.Category[],
  out: boolean,
): Promise<IntegrityCase[]> {
  const all = await competitions.integrityCasesOf(db, round_id);
  // what the counting itself opened tells how it went
  const cases = out ? all : all.filter(({ opened_by }) => opened_by !== null);
  const person = await people(
    db,
    cases.flatMap(({ opened_by, closed_by }) => [opened_by, closed_by].filter((one) => one !== null)),
  );
  return cases.map((one) => ({
    ...{ id: one.id, anomaly: one.anomaly, state: one.state, outcome: one.outcome, reason: one.reason },
    kind: present(
      categories.find(({ id }) => id === one.category_id),
      'the category of a case',
    ).kind,
    opened_by: one.opened_by ? person(one.opened_by) : null,
    opened_at: one.opened_at.toISOString(),
    closed_by: one.closed_by ? person(one.closed_by) : null,
    closed_at: one.closed_at?.toISOString() ?? null,
  }));
}

async function owedBack(
  db: Db,
  round_id: competitions.Round['id'],
  categories: readonly competitions.Category[],
): Promise<Integrity['owed_back']> {
  const owed = await competitions.owedBack(db, { round_ids: [round_id] });
  const person = await people(
    db,
    owed.map(({ person_id }) => person_id),
  );
  return owed.map(({ category_id, person_id, amount_nanos }) => ({
    person: person(person_id),
    kind: present(
      categories.find(({ id }) => id === category_id),
      'the category of what is owed back',
    ).kind,
    amount_nanos: String(amount_nanos),
  }));
}
