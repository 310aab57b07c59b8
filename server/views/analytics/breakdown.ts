import { dimensionName, groupName, OTHER } from '#api/analytics/group-words.ts';
import { type Breakdown, DIMENSIONS, type Group } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import { type AccountId, asId, type SlotId } from '../../ids.ts';
import { clockAt, edgesOf, startIn } from '../../kit/buckets.ts';
import type { Db } from '../../kit/database.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { refuse } from '../../refuse.ts';
import { type Holdings, holdingsOf, modelIdsOf } from './own-models.ts';
import { type Asked, shownSpan, type Time, timeOf, wholeHoursIn } from './span.ts';
import { freshnessOf } from './usage.ts';
import { toldByWeek, weeksIn } from './weeks.ts';

type Parts = Pick<Breakdown, 'groups' | 'other' | 'withheld' | 'total'>;
/** What a generation counts for. */
type Counted = { key: string; generations: number; succeeded: number };

const SETTING = 'setting:';
const OF_PEOPLE = ['region', 'source', 'slot', 'follower', 'via'] as const;

/** What the generations of somebody's models are made of, told apart by one thing. */
export async function breakdownFor(
  context: Context,
  person_id: AccountId,
  asked: Asked & { models?: string | undefined; by: string },
): Promise<Breakdown> {
  const { db, clock } = context;
  const now = clock.now();
  const holdings = await holdingsOf(db, person_id, asked.models);
  const of = {
    creator_id: person_id,
    model_ids: asked.models === undefined ? null : modelIdsOf(holdings.held),
  };
  const dimension = dimensionOf(asked.by);
  // steps are not asked for, so no time is too long
  const time = await timeOf(context, { ...asked, grain: 'month' }, () => usedSince(holdings));
  const weeks = dimension.of_people ? weeksIn(time, now) : null;
  const atoms = weeks && (await atomsOf(db, of, weeks, dimension));
  const { groups, other, ...parts } = dimension.of_people
    ? partsOfPeople(atoms ?? [])
    : await partsOf(db, of, time, dimension.key, holdings);
  const places = dimension.key === 'slot' ? await placesOf(db, atoms ?? []) : null;
  const named = (group: Group): Group => {
    const place = places?.get(group.key);
    const whole = { ...group, ...(place && { place }) };
    return { ...whole, name: groupName({ dimension: asked.by }, whole) };
  };
  return {
    span: weeks
      ? { ...shownSpan(time), from: weeks.from.toISOString(), to: weeks.to.toISOString(), zone: 'UTC' }
      : shownSpan(time),
    ...(await freshnessOf(db, now)),
    whole_hours_before: dimension.of_people ? null : await wholeHoursIn(db, time),
    dimension: asked.by,
    name: dimensionName(asked.by),
    settings: await settingsOf(db, of, time, now),
    of_people: dimension.of_people,
    groups: groups.map(named),
    other: other && named(other),
    ...parts,
    next_at: dimension.of_people ? nextWeek(now) : null,
  };
}

type Dimension = { key: string; of_people: boolean; setting: string | null };

function dimensionOf(by: string): Dimension {
  const setting = by.startsWith(SETTING) ? by.slice(SETTING.length) : null;
  if (setting) return { key: 'setting', of_people: true, setting };
  const known = DIMENSIONS.find((one) => one === by);
  if (!known) refuse('DIMENSION_UNKNOWN', { dimension: by, known: [...DIMENSIONS, `${SETTING}width`] });
  return {
    key: known,
    of_people: OF_PEOPLE.some((one) => one === known),
    setting: null,
  };
}

/** When somebody's oldest model became theirs. */
export const usedSince = async ({ held }: Pick<Holdings, 'held'>): Promise<Date | null> =>
  held.reduce<Date | null>((first, { from }) => (first && first < from ? first : from), null);

const nextWeek = (now: Date): string | null =>
  weeksIn({ from: now, to: now }, now)?.next_at.toISOString() ?? null;

// what says nothing of people ------------------------------------------------------------------------------

async function partsOf(
  db: Db,
  of: analytics.Of,
  time: Time,
  key: string,
  holdings: Holdings,
): Promise<Parts> {
  const cuts = [time.from, time.to];
  if (key === 'reason') {
    const rows = await analytics.reasonsOf(db, { of, cuts });
    return whole(added(rows.map(({ reason, generations }) => ({ key: reason, generations, succeeded: 0 }))));
  }
  if (key === 'hour') {
    // before it was there nothing was used: nobody is made to count those hours
    const born = (await usedSince(holdings)) ?? time.to;
    const since = { from: born > time.from ? startIn(born, time.zone, 'hour') : time.from, to: time.to };
    if (since.from >= since.to) return whole([]);
    const rows = await analytics.usageOf(db, { of, cuts: edgesOf(since, time.zone, 'hour'), by: 'all' });
    const counted = rows.map((row) => {
      const { weekday, hour } = clockAt(row.from, time.zone);
      return { key: `${weekday}-${hour}`, ...countedOf(row) };
    });
    return whole(added(counted));
  }
  if (key === 'outcome') {
    const [row] = await analytics.usageOf(db, { of, cuts, by: 'all' });
    const outcomes = (['succeeded', 'failed', 'cancelled', 'expired'] as const).map((outcome) => ({
      key: outcome,
      generations: row?.[outcome] ?? 0,
      succeeded: outcome === 'succeeded' ? (row?.succeeded ?? 0) : 0,
    }));
    return whole(outcomes);
  }
  const rows = await analytics.usageOf(db, { of, cuts, by: key === 'release' ? 'release' : 'model' });
  const nameOf = await releaseNamer(db, rows, holdings);
  const counted = rows.map((row) => ({ key: nameOf(row).key, ...countedOf(row) }));
  const names = new Map(rows.map((row) => [nameOf(row).key, nameOf(row).name]));
  return whole(added(counted), (of_key) => names.get(of_key) ?? of_key);
}

type Sums = Awaited<ReturnType<typeof analytics.usageOf>>[number];
const countedOf = ({ succeeded, failed, cancelled, expired }: Sums) => ({
  generations: succeeded + failed + cancelled + expired,
  succeeded,
});

async function releaseNamer(db: Db, rows: readonly Sums[], { nameOf }: Holdings) {
  const ids = [...new Set(rows.flatMap(({ release_id }) => release_id ?? []))];
  const releases = await registry.releasesByIds(db, ids);
  const versions = new Map(releases.map(({ id, version }) => [id, version]));
  return ({ model_id, release_id }: Sums) => {
    const { slug, title } = nameOf(model_id ?? '');
    if (release_id === null) return { key: slug, name: title };
    const version = versions.get(release_id) ?? '';
    return { key: `${slug}@${version}`, name: `${title} ${version}` };
  };
}

function added(rows: readonly Counted[]): Counted[] {
  return [...Map.groupBy(rows, ({ key }) => key)].map(([key, some]) => ({
    key,
    generations: some.reduce((sum, row) => sum + row.generations, 0),
    succeeded: some.reduce((sum, row) => sum + row.succeeded, 0),
  }));
}

/** What people gave no name is called by its key (api/analytics/group-words.ts). */
const asItsKey = (key: string) => key;
const whole = (rows: readonly Counted[], nameOf = asItsKey): Parts => shares(rows, [], 0, nameOf);

// what does ------------------------------------------------------------------------------------------------

type AtomRow = Awaited<ReturnType<typeof analytics.atomsOf>>[number];

async function atomsOf(
  db: Db,
  of: analytics.Of,
  { from, to }: { from: Date; to: Date },
  { key, setting }: Dimension,
): Promise<AtomRow[]> {
  const dimension = analytics.DIMENSIONS.find((one) => one === key) ?? 'setting';
  const atoms = await analytics.atomsOf(db, { of, from, to, dimension });
  if (setting === null) return atoms;
  const begins = `${setting}=`;
  return atoms
    .filter(({ value }) => value.startsWith(begins))
    .map((atom) => ({ ...atom, value: atom.value.slice(begins.length) }));
}

function partsOfPeople(atoms: readonly AtomRow[]): Parts {
  const told = toldByWeek(atoms);
  const rows = (which: 'groups' | 'merged' | 'withheld') =>
    told.flatMap((week) =>
      week[which].map(({ value, generations, succeeded }) => ({ key: value, generations, succeeded })),
    );
  const withheld = rows('withheld').reduce((sum, { generations }) => sum + generations, 0);
  return shares(added(rows('groups')), rows('merged'), withheld, asItsKey);
}

/** The largest first; what was merged stands last. */
function shares(
  rows: readonly Counted[],
  merged: readonly Counted[],
  withheld: number,
  nameOf: (key: string) => string,
): Parts {
  const count = (some: readonly Counted[]) => some.reduce((sum, { generations }) => sum + generations, 0);
  const total = count(rows) + count(merged) + withheld;
  const shown = ({ key, generations, succeeded }: Counted, name: string): Group => ({
    ...{ key, name, generations, succeeded },
    share_ppm: total === 0 ? 0 : Math.round((generations * 1_000_000) / total),
  });
  const [other] = added(merged.map((row) => ({ ...row, key: OTHER })));
  return {
    groups: rows
      .filter(({ generations }) => generations > 0)
      .toSorted((a, b) => b.generations - a.generations || (a.key < b.key ? -1 : 1))
      .map((row) => shown(row, nameOf(row.key))),
    other: other ? shown(other, OTHER) : null,
    withheld,
    total,
  };
}

/** Which places the ids are of. */
async function placesOf(
  db: Db,
  atoms: readonly AtomRow[],
): Promise<Map<string, NonNullable<Group['place']>>> {
  const ids = atoms.flatMap(({ value }) => (isId(value) ? asId<SlotId>(value) : []));
  const slots = await marketplace.slotsByIds(db, [...new Set(ids)]);
  return new Map(slots.map(({ id, surface, position }) => [id.toString(), { surface, position }]));
}

const isId = (value: string) => /^[0-9a-f-]{36}$/.test(value);

/** By which settings the weeks of a time can be told apart: by their names, which say nothing of anybody. */
async function settingsOf(db: Db, of: analytics.Of, time: Time, now: Date): Promise<string[]> {
  const weeks = weeksIn(time, now);
  if (!weeks) return [];
  const atoms = await analytics.atomsOf(db, { of, from: weeks.from, to: weeks.to, dimension: 'setting' });
  return [...new Set(atoms.map(({ value }) => value.split('=')[0] ?? ''))].filter(Boolean).sort();
}
