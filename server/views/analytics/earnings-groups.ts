import { earningsGroupName, OTHER as OTHERS } from '#api/analytics/group-words.ts';
import type { EarningsBy, EarningsGroup as Group } from '#api/analytics/shapes.ts';
import type { PersonRef } from '#api/base.ts';
import type { AccountId, ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { people } from '../people.ts';
import { type Gained, moneyOf } from './money.ts';
import { modelNamer } from './own-models.ts';
import type { Time } from './span.ts';
import { type Atom, placeOf, toldByWeek, wholeWeeksWithin } from './weeks.ts';

export type GroupsAsked = {
  person_id: AccountId;
  by: EarningsBy;
  time: Time;
  rows: readonly earnings.Gained[];
  chosen: ReadonlySet<ModelId> | null;
  now: Date;
};

/** What no model, release or person gives its name is called by its key (api/analytics/group-words.ts). */
const called = <Key extends string>(key: Key) => ({ key, name: key, model: null });
const ADJUSTED = called('adjustment');

/** What a time brought, told apart. All of it is in one group or another, so that they come to the whole. */
export async function groupsBy(db: Db, asked: GroupsAsked): Promise<Group[]> {
  const groups = await toldApart(db, asked);
  return groups.map((group) => ({ ...group, name: earningsGroupName(asked.by, group) }));
}

async function toldApart(db: Db, asked: GroupsAsked): Promise<Group[]> {
  switch (asked.by) {
    case 'day':
      return byStep(asked);
    case 'funding':
      return byFunding(asked.rows);
    case 'role':
      return byRole(asked.rows);
    case 'collaborator':
      return byCollaborator(db, asked);
    case 'model':
      return byModel(db, asked.rows);
    case 'release':
      return byRelease(db, asked);
    case 'source':
      return bySource(db, asked);
  }
}

// of receipts ----------------------------------------------------------------------------------------------

const byStep = ({ time: { edges }, rows }: GroupsAsked): Group[] =>
  [...Map.groupBy(rows, ({ step }) => step)]
    .sort(([a], [b]) => b - a)
    .map(([step, some]) => {
      const at = edges[step]?.toISOString() ?? '';
      return { key: at, name: at, model: null, ...moneyOf(some) };
    });

/** Each row has two halves, and is in both groups with one of them. */
function byFunding(rows: readonly earnings.Gained[]): Group[] {
  const of_lines = rows.filter(({ what }) => what !== 'adjusted');
  const half = (which: 'paid_micros' | 'promo_micros') =>
    of_lines.map((row): Gained => ({ ...row, paid_micros: 0n, promo_micros: 0n, [which]: row[which] }));
  return told([
    { ...called('paid'), ...moneyOf(half('paid_micros')) },
    { ...called('promo'), ...moneyOf(half('promo_micros')) },
    { ...ADJUSTED, ...moneyOf(rows.filter(({ what }) => what === 'adjusted')) },
  ]);
}

const byRole = (rows: readonly earnings.Gained[]): Group[] =>
  [...Map.groupBy(rows, ({ role }) => role)].map(([role, some]) =>
    role === null ? { ...ADJUSTED, ...moneyOf(some) } : { ...called(role), ...moneyOf(some) },
  );

const ALONE = { ...called('alone'), others: [] };

/**
 * By those who were paid for the same generations, with what each of them got: nothing that the receipts of these do not
 * tell whoever was paid by them. Groups are of what is one's own, so that they come to what the ledger says.
 */
async function byCollaborator(db: Db, { person_id, time, rows }: GroupsAsked): Promise<Group[]> {
  const alone = await earnedAlone(db, rows);
  const model_ids = [
    ...new Set(rows.flatMap(({ model_id }) => (model_id && !alone.has(model_id) ? model_id : []))),
  ];
  const shared: earnings.SharedWith[] = rows.flatMap((row) =>
    row.model_id && alone.has(row.model_id) ? [{ ...row, with_ids: [], other: null }] : [],
  );
  if (model_ids.length > 0)
    shared.push(...(await earnings.gainedWith(db, { person_id, model_ids, from: time.from, to: time.to })));
  const person = await people(
    db,
    shared.flatMap(({ with_ids }) => with_ids),
  );
  const groups = [...Map.groupBy(shared, ({ with_ids }) => with_ids.join(' ')).values()].map(
    (some): Group => {
      const mine = moneyOf(some.filter(({ other }) => other === null));
      const with_people = (some[0]?.with_ids ?? []).map(person);
      if (with_people.length === 0) return { ...ALONE, ...mine };
      return {
        key: with_people.map(({ handle }) => handle).join('+'),
        name: with_people.map(({ display_name }) => display_name).join(', '),
        model: null,
        ...mine,
        others: othersOf(some, person),
      };
    },
  );
  const adjusted = rows.filter(({ what }) => what === 'adjusted');
  return told([...largestFirst(groups), { ...ADJUSTED, ...moneyOf(adjusted) }]);
}

/**
 * The models of which nobody else was ever to be paid. Their receipts are told together and are not looked up one by
 * one, which takes seconds where there are a million of them.
 */
async function earnedAlone(db: Db, rows: readonly earnings.Gained[]): Promise<Set<ModelId>> {
  const byModels = Map.groupBy(rows, ({ model_id }) => model_id);
  const own = [...byModels].flatMap(([model_id, some]) =>
    model_id && some.every(({ role }) => role === 'creator') ? [model_id] : [],
  );
  if (own.length === 0) return new Set();
  const releases = await registry.releasesOfModels(db, own);
  const owing = await earnings.withRoyalties(
    db,
    releases.map(({ id }) => id),
  );
  const shared = await earnings.sharedAmong(db, own);
  for (const { id, model_id } of releases) if (owing.has(id)) shared.add(model_id);
  return new Set(own.filter((model_id) => !shared.has(model_id)));
}

function othersOf(
  some: readonly earnings.SharedWith[],
  person: (id: string) => PersonRef,
): NonNullable<Group['others']> {
  const parts = some.flatMap(({ other, ...gained }) => (other ? [{ ...other, gained }] : []));
  return [...Map.groupBy(parts, ({ person_id, role }) => `${person_id} ${role}`).values()].flatMap((each) => {
    const [first] = each;
    if (!first || first.role === 'claimant') return [];
    const { net_micros } = moneyOf(each.map(({ gained }) => gained));
    return { person: person(first.person_id), role: first.role, net_micros };
  });
}

async function byModel(db: Db, rows: readonly earnings.Gained[]): Promise<Group[]> {
  const nameOf = await modelNamer(
    db,
    rows.flatMap(({ model_id }) => model_id ?? []),
  );
  const groups = [...Map.groupBy(rows, ({ model_id }) => model_id)].map(([model_id, some]): Group => {
    if (model_id === null) return { ...ADJUSTED, ...moneyOf(some) };
    const model = nameOf(model_id);
    return { key: model.slug, name: model.title, model, ...moneyOf(some) };
  });
  return largestFirst(groups);
}

// of what was counted --------------------------------------------------------------------------------------

/** Receipts say by which release and from where only through their generations: it is counted beside them. */
const countedBy = (
  db: Db,
  { person_id, chosen }: GroupsAsked,
  cuts: readonly Date[],
  by: readonly analytics.EarnedBy[],
) => analytics.earnedBy(db, { person_id, model_ids: chosen && [...chosen], cuts, by: [...by, 'role'] });

/** One row of what was counted, as what receipts would say of it. */
export function gainedOf(row: analytics.Earned): Gained[] {
  const { role, paid_micros, promo_micros } = row;
  const what = role === 'adjustment' ? 'adjusted' : role === 'claimant' ? 'claimed' : 'earned';
  return [
    { what, paid_micros, promo_micros, generations: BigInt(row.generations) },
    {
      what: 'reversed',
      paid_micros: row.reversed_paid_micros,
      promo_micros: row.reversed_promo_micros,
      generations: 0n,
    },
  ];
}

async function byRelease(db: Db, asked: GroupsAsked): Promise<Group[]> {
  const { from, to } = asked.time;
  const rows = await countedBy(db, asked, [from, to], ['model', 'release']);
  const nameOf = await modelNamer(
    db,
    rows.flatMap(({ model_id }) => model_id ?? []),
  );
  const ids = [...new Set(rows.flatMap(({ release_id }) => release_id ?? []))];
  const releases = await registry.releasesByIds(db, ids);
  const versions = new Map(releases.map(({ id, version }) => [id, version]));
  const groups = [...Map.groupBy(rows, ({ release_id }) => release_id)].map(([release_id, some]): Group => {
    const money = moneyOf(some.flatMap(gainedOf));
    const model_id = some[0]?.model_id;
    if (release_id === null || !model_id) return { ...ADJUSTED, ...money };
    const model = nameOf(model_id);
    const version = versions.get(release_id) ?? '';
    return { key: `${model.slug}@${version}`, name: `${model.title} ${version}`, model, ...money };
  });
  return told(largestFirst(groups));
}

const OTHER = called(OTHERS);
const TAKEN_BACK = called('taken-back');
const CLAIMED = called('claimed');
const NOT_YET = called('not-yet');

/**
 * From where payers came says something of them: it is told of whole weeks that are over, and where five people or more
 * came from the same place to the same model. The rest is there too, under other names: what was taken back, or claimed, is
 * of few, and where they had come from would be seen by the day.
 */
async function bySource(db: Db, asked: GroupsAsked): Promise<Group[]> {
  const { time, now } = asked;
  const weeks = wholeWeeksWithin(time, now);
  const cuts = [...new Set([time.from, ...weeks, time.to].map((at) => at.getTime()))]
    .sort((a, b) => a - b)
    .map((at) => new Date(at));
  const rows = await countedBy(db, asked, cuts, ['model', 'source']);
  const [first, last] = [weeks[0], weeks.at(-1)];
  const model_ids = [...new Set(rows.flatMap(({ model_id }) => model_id ?? []))];
  const atoms =
    first && last
      ? await analytics.atomsOf(db, {
          of: { creator_id: null, model_ids },
          ...{ from: first, to: last, dimension: 'source' },
        })
      : [];
  const week_of = (atom: Omit<Atom, 'people'>) => `${placeOf(atom)} ${atom.value}`;
  const weeks_told = toldByWeek(atoms);
  // of a model that changed hands in that week there are two, and each owner sees what is theirs
  const too_few = new Set(
    weeks_told.flatMap(({ merged, withheld }) => [...merged, ...withheld].map(week_of)),
  );
  const told_ones = new Set(weeks_told.flatMap(({ groups }) => groups.map(week_of)));
  const is_whole = new Set(weeks.slice(0, -1).map((week) => week.getTime()));
  const keyOf = ({ role, model_id, from, source }: analytics.Earned): string => {
    if (role === 'adjustment') return ADJUSTED.key;
    if (role === 'claimant') return CLAIMED.key;
    if (!is_whole.has(from.getTime())) return NOT_YET.key;
    const week = week_of({ model_id: model_id ?? '', week: from, value: source ?? '' });
    return source && told_ones.has(week) && !too_few.has(week) ? source : OTHER.key;
  };
  const moved = rows.flatMap((row) => {
    const [gained, ...taken] = gainedOf(row);
    return [
      { key: keyOf(row), gained: gained ? [gained] : [] },
      { key: TAKEN_BACK.key, gained: taken },
    ];
  });
  const groups = [...Map.groupBy(moved, ({ key }) => key)].map(([key, some]): Group => {
    const named = [ADJUSTED, CLAIMED, TAKEN_BACK, OTHER, NOT_YET].find((one) => one.key === key);
    return {
      ...(named ?? called(key)),
      ...moneyOf(some.flatMap(({ gained }) => gained)),
    };
  });
  return told(largestFirst(groups));
}

// --------------------------------------------------------------------------------------------------------------

const largestFirst = (groups: readonly Group[]): Group[] =>
  groups.toSorted((a, b) => {
    const [one, other] = [BigInt(a.net_micros), BigInt(b.net_micros)];
    return one === other ? (a.key < b.key ? -1 : 1) : one < other ? 1 : -1;
  });

/** What nothing is in is not told. */
const told = (groups: readonly Group[]): Group[] =>
  groups.filter(({ earned_micros, reversed_micros, claimed_micros, adjusted_micros }) =>
    [earned_micros, reversed_micros, claimed_micros, adjusted_micros].some((amount) => amount !== '0'),
  );
