import type { AnalyticsEvent, InFlight, LiveLine } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import { type AccountId, asId, type GenerationId } from '../../ids.ts';
import { onePer } from '../../kit/batcher.ts';
import { micros } from '../../kit/money.ts';
import { type Cursor, isAfter, lastNews, newsEnd } from '../../kit/outbox.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as generation from '../../modules/generation/index.ts';
import { alertsOf } from './alerts.ts';
import { type Heard, heardOf, idOfPlace, keep, type Kept, placeOfId, TOPICS } from './heard.ts';
import { creatorHome } from './home.ts';
import { modelNamer } from './own-models.ts';
import { inFlightOf, purseOf } from './today.ts';

/**
 * What one process tells all who watch their models: news is heard and read once, and what somebody has is added up
 * once, however many of their windows are open. With a listener for each window a thousand of them would read every
 * piece of news a thousand times.
 */
export type Told = { id: string; event: AnalyticsEvent };
type Watcher = { zone: string; since: Cursor; push: (told: Told) => void };
type Watched = { watchers: Set<Watcher>; flight: string; alerts: string; alerts_at: number };

/** News gathers this long before it is told: nobody sees the difference, and each telling adds up somebody's money. */
const GATHER_MS = 100;
/** What begins to run is no news, so it is looked for. */
const LOOK_EVERY_MS = 1_000;
const KEPT = 2_000;
/** More lines than this are told as a number. */
const LINES_AT_ONCE = 20;
/** More that was missed than this is told as the home. */
const MISSED_MAX = 200;
const SIDE_BY_SIDE = 8;
const ALERTS_EVERY_MS = 60_000;
const HOME_KEPT_MS = 1_000;

export const hubOf = onePer(createHub);

function createHub(context: Context) {
  const { db, clock, live, log } = context;
  const people = new Map<AccountId, Watched>();
  const homes = new Map<string, { at: number; told: Promise<Told> }>();
  let open: Promise<{ kept: Kept; close: () => void }> | null = null;
  let fresh: Heard[] = [];
  let telling = false;
  let gathering: NodeJS.Timeout | undefined;

  async function begin() {
    const early: Heard[] = [];
    const take: { hear: (heard: Heard) => void } = { hear: (heard) => void early.push(heard) };
    const unhear = TOPICS.map((topic) => live.onNews(topic, (news) => take.hear(heardOf(news))));
    const looking = setInterval(() => void tell(), LOOK_EVERY_MS).unref();
    const begins = await newsEnd(db);
    const kept = keep((await lastNews(db, TOPICS, KEPT)).map(heardOf), begins, KEPT);
    take.hear = (heard) => {
      if (!isAfter(heard.cursor, kept.end())) return;
      kept.add(heard);
      fresh.push(heard);
      gathering ??= setTimeout(() => void tell(), GATHER_MS);
    };
    for (const heard of early) take.hear(heard);
    return {
      kept,
      close() {
        for (const stop of unhear) stop();
        clearInterval(looking);
        clearTimeout(gathering);
        [gathering, fresh] = [undefined, []];
      },
    };
  }

  async function enter(person_id: AccountId, zone: string, push: Watcher['push']) {
    open ??= begin();
    const { kept, close } = await open;
    const watched = people.get(person_id) ?? { watchers: new Set(), flight: '', alerts: '', alerts_at: 0 };
    const watcher = { zone, since: kept.end(), push };
    watched.watchers.add(watcher);
    people.set(person_id, watched);
    return {
      since: watcher.since,
      leave() {
        watched.watchers.delete(watcher);
        if (watched.watchers.size === 0) people.delete(person_id);
        if (people.size > 0) return;
        open = null;
        homes.clear();
        close();
      },
    };
  }

  async function tell(): Promise<void> {
    if (telling || !open) return;
    telling = true;
    gathering = undefined;
    try {
      const { kept } = await open;
      const batch = fresh;
      fresh = [];
      await tellAll(batch, idOfPlace(batch.at(-1)?.cursor ?? kept.end()));
    } catch (error) {
      log.warn({ err: error }, 'could not tell those who watch their models');
    } finally {
      telling = false;
      if (fresh.length > 0) gathering ??= setTimeout(() => void tell(), GATHER_MS);
    }
  }

  async function tellAll(batch: readonly Heard[], id: string): Promise<void> {
    const [flight, owners] = await Promise.all([
      generation.inFlight(db),
      generation.modelsOfGenerations(
        db,
        batch.map(({ generation_id }) => generation_id),
      ),
    ]);
    const concerned = await whoIsConcerned(batch, owners);
    const nameOf = await modelNamer(db, [
      ...flight.filter(({ creator_id }) => people.has(creator_id)).map(({ model_id }) => model_id),
      ...batch.flatMap(({ settled }) => settled?.model_id ?? []),
    ]);
    const flights = Map.groupBy(flight, ({ creator_id }) => creator_id);
    const ticks: (() => Promise<void>)[] = [];
    for (const [person_id, watched] of people) {
      const in_flight = inFlightOf(flights.get(person_id) ?? [], person_id, nameOf);
      const changed = JSON.stringify(in_flight) !== watched.flight;
      watched.flight = JSON.stringify(in_flight);
      if (concerned.has(person_id))
        ticks.push(() => tick(person_id, watched, { batch, owners, in_flight, id, nameOf }));
      else if (changed) {
        forgetHomes(person_id);
        for (const { push } of watched.watchers) push({ id, event: { type: 'in_flight', in_flight } });
      }
    }
    await sideBySide(ticks);
    await lookForAlerts(concerned, id);
  }

  /** Those who earned something, those whose models were used, and those of whom something was taken back. */
  async function whoIsConcerned(batch: readonly Heard[], owners: Owners): Promise<Set<AccountId>> {
    const concerned = new Set<string>(batch.flatMap(({ settled }) => [...(settled?.parts.keys() ?? [])]));
    for (const { creator_id } of owners.values()) concerned.add(creator_id);
    for (const { outcome, generation_id } of batch) {
      if (outcome !== null) continue;
      const parts = await earnings.partsOfGeneration(db, asId<GenerationId>(generation_id));
      for (const { person_id } of parts) concerned.add(person_id);
    }
    return new Set([...concerned].map((id) => asId<AccountId>(id)).filter((id) => people.has(id)));
  }

  type Ticking = { batch: readonly Heard[]; owners: Owners; in_flight: InFlight; id: string; nameOf: NameOf };

  /** Adds up once for each zone; whoever came in between was told the beginning of the batch already. */
  async function tick(person_id: AccountId, { watchers }: Watched, ticking: Ticking): Promise<void> {
    forgetHomes(person_id);
    const { batch, in_flight, id } = ticking;
    const alike = Map.groupBy(watchers, ({ zone, since }) => {
      const told = batch.findIndex(({ cursor }) => isAfter(cursor, since));
      return `${told} ${zone}`;
    });
    for (const [key, some] of alike) {
      const [from = '', zone = 'UTC'] = key.split(' ');
      const news = from === '-1' ? [] : batch.slice(Number(from));
      const at = clock.now();
      const event: AnalyticsEvent = {
        type: 'tick',
        at: at.toISOString(),
        ...linesFor(person_id, news, ticking.nameOf, LINES_AT_ONCE),
        ended: endedOf(person_id, news, ticking.owners),
        ...(await purseOf(db, person_id, zone, at)),
        in_flight,
      };
      for (const { push } of some) push({ id, event });
    }
  }

  /** After something happened, once a minute; of those to whom nothing happens one after the other. */
  async function lookForAlerts(concerned: ReadonlySet<AccountId>, id: string): Promise<void> {
    const now = performance.now();
    const due = [...people].filter(([, { alerts_at }]) => now - alerts_at >= ALERTS_EVERY_MS);
    const quiet = due.find(([person_id]) => !concerned.has(person_id));
    const looked = due.filter(([person_id]) => concerned.has(person_id)).slice(0, SIDE_BY_SIDE);
    for (const [person_id, watched] of quiet ? [...looked, quiet] : looked) {
      const alerts = await alertsOf(context, person_id);
      const before = watched.alerts;
      [watched.alerts, watched.alerts_at] = [JSON.stringify(alerts), now];
      if (before === watched.alerts || before === '') continue;
      forgetHomes(person_id);
      for (const { push } of watched.watchers) push({ id, event: { type: 'alerts', alerts } });
    }
  }

  function forgetHomes(person_id: AccountId): void {
    for (const key of homes.keys()) if (key.startsWith(`${person_id} `)) homes.delete(key);
  }

  /** The home as it is now; who opens several windows at once has it added up once. */
  function homeFor(person_id: AccountId, zone: string): Promise<Told> {
    const key = `${person_id} ${zone}`;
    const known = homes.get(key);
    if (known && performance.now() - known.at < HOME_KEPT_MS) return known.told;
    const told = (async (): Promise<Told> => {
      const place = open ? (await open).kept.end() : await newsEnd(db);
      const home = await creatorHome(context, person_id, zone);
      const watched = people.get(person_id);
      if (watched) watched.alerts = JSON.stringify(home.alerts);
      return { id: idOfPlace(place), event: { type: 'home', home } };
    })();
    homes.set(key, { at: performance.now(), told });
    told.catch(() => homes.delete(key));
    return told;
  }

  /** What somebody missed after the event that they had last; null where only the home can tell it. */
  async function missedBy(
    person_id: AccountId,
    zone: string,
    after: string | undefined,
    until: Cursor,
  ): Promise<Told[] | null> {
    const place = placeOfId(after);
    const news = place && open ? (await open).kept.since(place) : null;
    const missed = news?.filter(({ cursor }) => !isAfter(cursor, until));
    if (!missed) return null;
    const owners = await generation.modelsOfGenerations(
      db,
      missed.map(({ generation_id }) => generation_id),
    );
    const mine = missed.filter(
      ({ settled, generation_id, outcome }) =>
        settled?.parts.has(person_id) ||
        owners.get(generation_id)?.creator_id === person_id ||
        outcome === null,
    );
    if (mine.length > MISSED_MAX) return null;
    const [flight, purse] = [await generation.inFlight(db), await purseOf(db, person_id, zone, clock.now())];
    const nameOf = await modelNamer(db, [
      ...flight.filter(({ creator_id }) => creator_id === person_id).map(({ model_id }) => model_id),
      ...mine.flatMap(({ settled }) => settled?.model_id ?? []),
    ]);
    const in_flight = inFlightOf(flight, person_id, nameOf);
    const parts = Array.from({ length: Math.max(1, Math.ceil(mine.length / LINES_AT_ONCE)) }, (_, n) =>
      mine.slice(n * LINES_AT_ONCE, (n + 1) * LINES_AT_ONCE),
    );
    return parts.map((part, n) => ({
      id: idOfPlace(n === parts.length - 1 ? until : (part.at(-1)?.cursor ?? until)),
      event: {
        type: 'tick',
        at: clock.now().toISOString(),
        ...linesFor(person_id, part, nameOf, LINES_AT_ONCE),
        ended: endedOf(person_id, part, owners),
        ...purse,
        in_flight,
      },
    }));
  }

  const open_streams = () => [...people.values()].reduce((total, { watchers }) => total + watchers.size, 0);
  return { enter, homeFor, missedBy, counts: () => ({ open: open_streams(), people: people.size }) };
}

type Owners = Awaited<ReturnType<typeof generation.modelsOfGenerations>>;
type NameOf = Awaited<ReturnType<typeof modelNamer>>;

function linesFor(
  person_id: AccountId,
  news: readonly Heard[],
  nameOf: NameOf,
  limit: number,
): { earned: LiveLine[]; more: number } {
  const mine = news.flatMap(({ at, generation_id, settled }): LiveLine[] => {
    const amount = settled?.parts.get(person_id);
    if (!settled || amount === undefined) return [];
    const { model_id, price_micros } = settled;
    return [
      {
        generation_id,
        at: at.toISOString(),
        model: nameOf(model_id),
        price_micros,
        amount_micros: micros(amount),
      },
    ];
  });
  return { earned: mine.slice(-limit), more: Math.max(0, mine.length - limit) };
}

/** Of somebody's own models; what they only share in is their owner's to know. */
function endedOf(person_id: AccountId, news: readonly Heard[], owners: Owners) {
  const ended = { succeeded: 0, failed: 0, cancelled: 0, expired: 0 };
  for (const { outcome, generation_id } of news)
    if (outcome && owners.get(generation_id)?.creator_id === person_id) ended[outcome] += 1;
  return ended;
}

async function sideBySide(works: (() => Promise<void>)[]): Promise<void> {
  const lane = async () => {
    for (let work = works.pop(); work; work = works.pop()) await work();
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, works.length) }, lane));
}
