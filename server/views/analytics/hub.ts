import pLimit from 'p-limit';
import type { AnalyticsEvent, InFlight, LiveLine, ModelName } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import { type AccountId, asId, type GenerationId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import { createBatcher, onePer } from '../../kit/batcher.ts';
import type { Db } from '../../kit/database.ts';
import { micros } from '../../kit/money.ts';
import { type Cursor, isAfter, lastNews, newsEnd } from '../../kit/outbox.ts';
import { shortly } from '../../kit/shortly.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as generation from '../../modules/generation/index.ts';
import { alertsOf } from './alerts.ts';
import { type Heard, heardOf, idOfPlace, keep, type Kept, placeOfId, TOPICS } from './heard.ts';
import { creatorHome } from './home.ts';
import { modelNamer } from './own-models.ts';
import { inFlightOf, type Purse, pursesOf } from './today.ts';

/**
 * What one process tells all who watch their models. News is heard and read once, whoever it is for; what is asked for
 * many people in one go is one query for all of them; and an event is made once, however many windows of somebody are
 * open. With a listener and a look for each window a thousand of them would read every piece of news a thousand times.
 */
export type Told = { meta: { id: string }; event: AnalyticsEvent };
type Watcher = { zone: string; since: Cursor; push: (told: Told) => void };
type Watched = { watchers: Set<Watcher>; flight: string; alerts: string; alerts_at: number };

/** So long after one telling comes the next at the earliest: each adds up somebody's money. The first comes at once. */
const GATHER_MS = 100;
/** What begins to run is no news, so it is looked for. */
const LOOK_EVERY_MS = 1_000;
/** What could not be told is told with what comes next, so often; after that it must not stand in its way. */
const TRIES = 5;
const KEPT = 2_000;
/** More lines than this are told as a number. */
const LINES_AT_ONCE = 20;
/** More that was missed than this is told as the home. */
const MISSED_MAX = 200;
const PURSES_AT_ONCE = 200;
/** A home takes some thirty queries; whoever opens theirs must not keep waiting who is told of news. */
const HOMES_AT_ONCE = 3;
const HOME_KEPT_MS = 1_000;
const NAMES_KEPT_MS = 10_000;
const FLIGHT_KEPT_MS = 250;
/** Alerts are looked for after something happened to somebody, and every now and then: so many in a second. */
const ALERTS_AT_ONCE = 3;
const ALERTS_EVERY_MS = 60_000;

export const hubOf = onePer(createHub);

type Opened = { kept: Kept; owners: Owners; close: () => void };

function createHub(context: Context) {
  const { db, clock, live, log } = context;
  const people = new Map<AccountId, Watched>();
  const homes = new Map<string, Promise<Told>>();
  const toHomes = pLimit(HOMES_AT_ONCE);
  const flightNow = shortly<Context, readonly generation.InFlight[]>(FLIGHT_KEPT_MS);
  const purses = createBatcher<{ person_id: AccountId; zone: string }, Purse>({
    size_max: PURSES_AT_ONCE,
    async flush(asked) {
      return (await pursesOf(db, asked, clock.now())).map((value) => ({ value }));
    },
  });
  const namesOf = rememberedNames(db);
  let open: Promise<Opened> | null = null;
  let fresh: Heard[] = [];
  /** Everything until here was told. What has been heard since must not be skipped by who comes back. */
  let told: Cursor | null = null;
  let telling = false;
  let gathering: NodeJS.Timeout | undefined;
  /** Of whom something was told since their alerts were looked for. */
  const moved = new Set<AccountId>();

  async function begin(): Promise<Opened> {
    const early: Heard[] = [];
    const take: { hear: (heard: Heard) => void } = { hear: (heard) => void early.push(heard) };
    const unhear = TOPICS.map((topic) => live.onNews(topic, (news) => take.hear(heardOf(news))));
    const every = setInterval(() => void look(), LOOK_EVERY_MS).unref();
    const close = () => {
      for (const stop of unhear) stop();
      clearInterval(every);
      clearTimeout(gathering);
      [gathering, fresh] = [undefined, []];
    };
    try {
      const begins = await newsEnd(db);
      const last = (await lastNews(db, TOPICS, KEPT)).map(heardOf);
      const kept = keep(last, begins, KEPT);
      const owners = await generation.modelsOfGenerations(db, idsOf(last));
      take.hear = (heard) => {
        if (!isAfter(heard.cursor, kept.end())) return;
        for (const gone of kept.add(heard)) owners.delete(gone.generation_id);
        // who comes in before it is told reads it in a home that was made after it
        for (const person_id of heard.settled?.parts.keys() ?? []) forgetHomes(asId(person_id));
        fresh.push(heard);
        gather();
      };
      for (const heard of early) take.hear(heard);
      return { kept, owners, close };
    } catch (error) {
      close();
      open = null;
      throw error;
    }
  }

  /** Who comes in while the last one leaves begins anew. */
  async function opened(): Promise<Opened> {
    for (;;) {
      const mine = (open ??= begin());
      const found = await mine;
      if (open === mine) return found;
    }
  }

  async function enter(person_id: AccountId, zone: string, push: Watcher['push']) {
    const { kept } = await opened();
    const watched = people.get(person_id) ?? { watchers: new Set(), flight: IDLE, alerts: '', alerts_at: 0 };
    const watcher = { zone, since: kept.end(), push };
    watched.watchers.add(watcher);
    people.set(person_id, watched);
    return {
      since: watcher.since,
      leave() {
        watched.watchers.delete(watcher);
        if (watched.watchers.size > 0) return;
        people.delete(person_id);
        moved.delete(person_id);
        if (people.size > 0) return;
        void open?.then(({ close }) => close());
        [open, told] = [null, null];
      },
    };
  }

  let looking = false;
  async function look(): Promise<void> {
    await tell();
    if (looking) return;
    looking = true;
    await lookForAlerts().catch((error: unknown) => log.warn({ err: error }, 'could not look for alerts'));
    looking = false;
  }

  let failed = 0;
  let told_at = 0;
  async function tell(): Promise<void> {
    if (telling || !open) return;
    telling = true;
    clearTimeout(gathering);
    gathering = undefined;
    let batch: Heard[] = [];
    try {
      const { kept, owners } = await open;
      [batch, fresh] = [fresh, []];
      const until = batch.at(-1)?.cursor ?? kept.end();
      await tellAll(batch, owners, { id: idOfPlace(until) });
      told = until;
      failed = 0;
    } catch (error) {
      log.warn({ err: error, news: batch.length }, 'could not tell those who watch their models');
      failed += 1;
      if (failed < TRIES) fresh = [...batch, ...fresh];
    } finally {
      telling = false;
      if (batch.length > 0) told_at = performance.now();
      if (fresh.length > 0) gather();
    }
  }

  function gather(): void {
    const pause_ms = failed > 0 ? LOOK_EVERY_MS : GATHER_MS;
    gathering ??= setTimeout(
      () => {
        // also where it is told already: whoever tells looks again at its end, and must find that nobody will
        gathering = undefined;
        void tell();
      },
      Math.max(0, told_at + pause_ms - performance.now()),
    );
  }

  async function tellAll(batch: readonly Heard[], owners: Owners, meta: Told['meta']): Promise<void> {
    const unknown = idsOf(batch).filter((id) => !owners.has(id));
    const [flight, found] = await Promise.all([
      generation.inFlight(db),
      generation.modelsOfGenerations(db, unknown),
    ]);
    for (const [id, owner] of found) owners.set(id, owner);
    const concerned = await whoIsConcerned(batch, owners);
    const flights = Map.groupBy(flight, ({ creator_id }) => creator_id);
    const nameOf = await namesOf([
      ...flight.filter(({ creator_id }) => people.has(creator_id)).map(({ model_id }) => model_id),
      ...batch.flatMap(({ settled }) => settled?.model_id ?? []),
    ]);
    const ticks: Promise<void>[] = [];
    for (const [person_id, watched] of people) {
      const mine = flights.get(person_id);
      if (!mine && watched.flight === IDLE && !concerned.has(person_id)) continue;
      const in_flight = inFlightOf(mine ?? [], person_id, nameOf);
      const [before, now] = [watched.flight, JSON.stringify(in_flight)];
      watched.flight = now;
      if (concerned.has(person_id))
        ticks.push(tick(person_id, watched, { batch, owners, in_flight, meta, nameOf }));
      else if (now !== before)
        pushAll(person_id, watched.watchers, {
          meta,
          event: { type: 'in_flight', at: clock.now().toISOString(), in_flight },
        });
    }
    await Promise.all(ticks);
  }

  function pushAll(person_id: AccountId, watchers: Iterable<Watcher>, { meta, event }: Told): void {
    forgetHomes(person_id);
    // the same for all of them, down to what it is known by: it is written once
    const told = { meta: { ...meta }, event };
    for (const { push } of watchers) push(told);
  }

  /** Those who earned something, those whose models were used, and those of whom something was taken back. */
  async function whoIsConcerned(batch: readonly Heard[], owners: Owners): Promise<Set<AccountId>> {
    const concerned = new Set<string>();
    for (const { settled, generation_id } of batch) {
      for (const person_id of settled?.parts.keys() ?? []) concerned.add(person_id);
      const owner = owners.get(generation_id)?.creator_id;
      if (owner) concerned.add(owner);
    }
    const corrected = batch.filter(({ outcome }) => outcome === null);
    for (const { person_id } of await earnings.whoEarnedBy(db, idsOf(corrected))) concerned.add(person_id);
    return new Set([...concerned].map((id) => asId<AccountId>(id)).filter((id) => people.has(id)));
  }

  type Ticking = {
    batch: readonly Heard[];
    owners: Owners;
    in_flight: InFlight;
    meta: Told['meta'];
    nameOf: NameOf;
  };

  /** Adds up once for each zone; whoever came in between was told the beginning of the batch already. */
  async function tick(person_id: AccountId, { watchers }: Watched, ticking: Ticking): Promise<void> {
    moved.add(person_id);
    forgetHomes(person_id);
    const { batch, in_flight, meta } = ticking;
    const alike = Map.groupBy(watchers, ({ zone, since }) => {
      const told = batch.findIndex(({ cursor }) => isAfter(cursor, since));
      return `${told} ${zone}`;
    });
    for (const [key, some] of alike) {
      const [from = '', zone = 'UTC'] = key.split(' ');
      const news = from === '-1' ? [] : batch.slice(Number(from));
      const event: AnalyticsEvent = {
        type: 'tick',
        at: clock.now().toISOString(),
        ...linesFor(person_id, news, ticking.nameOf, LINES_AT_ONCE),
        ended: endedOf(person_id, news, ticking.owners),
        ...(await purses.add({ person_id, zone })),
        in_flight,
      };
      pushAll(person_id, some, { meta, event });
    }
  }

  /** Of those to whom something happened, who was looked at longest ago; of all others one after the other. */
  async function lookForAlerts(): Promise<void> {
    const now = performance.now();
    const oldest = (ids: Iterable<AccountId>, many: number) =>
      [...ids]
        .flatMap((id) => {
          const watched = people.get(id);
          return watched && now - watched.alerts_at >= ALERTS_EVERY_MS ? [{ id, watched }] : [];
        })
        .toSorted((a, b) => a.watched.alerts_at - b.watched.alerts_at)
        .slice(0, many);
    const looked = oldest(moved, ALERTS_AT_ONCE);
    for (const { id, watched } of looked.length > 0 ? looked : oldest(people.keys(), 1)) {
      moved.delete(id);
      watched.alerts_at = now;
      const alerts = await alertsOf(context, id);
      const before = watched.alerts;
      watched.alerts = JSON.stringify(alerts);
      if (before === watched.alerts || before === '' || !told) continue;
      pushAll(id, watched.watchers, {
        meta: { id: idOfPlace(told) },
        event: { type: 'alerts', at: clock.now().toISOString(), alerts },
      });
    }
  }

  function forgetHomes(person_id: AccountId): void {
    for (const { zone } of people.get(person_id)?.watchers ?? []) homes.delete(`${person_id} ${zone}`);
  }

  /** The home as it is now; who opens several windows at once has it added up once. */
  function homeFor(person_id: AccountId, zone: string): Promise<Told> {
    const key = `${person_id} ${zone}`;
    const known = homes.get(key);
    if (known) return known;
    const told = toHomes(async (): Promise<Told> => {
      const place = open ? (await open).kept.end() : await newsEnd(db);
      const home = await creatorHome(context, person_id, zone);
      const watched = people.get(person_id);
      if (watched) watched.alerts = JSON.stringify(home.alerts);
      return { meta: { id: idOfPlace(place) }, event: { type: 'home', home } };
    });
    homes.set(key, told);
    const forget = () => void (homes.get(key) === told && homes.delete(key));
    told.then(() => setTimeout(forget, HOME_KEPT_MS).unref(), forget);
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
    if (!place || !open) return null;
    const { kept, owners } = await open;
    const missed = kept.since(place)?.filter(({ cursor }) => !isAfter(cursor, until));
    if (!missed) return null;
    const unknown = idsOf(missed).filter((id) => !owners.has(id));
    for (const [id, owner] of await generation.modelsOfGenerations(db, unknown)) owners.set(id, owner);
    const mine = missed.filter(
      ({ settled, generation_id, outcome }) =>
        settled?.parts.has(person_id) ||
        owners.get(generation_id)?.creator_id === person_id ||
        outcome === null,
    );
    if (mine.length > MISSED_MAX) return null;
    const [flight, purse] = await Promise.all([
      flightNow(context, 'all', () => generation.inFlight(db)),
      purses.add({ person_id, zone }),
    ]);
    const nameOf = await namesOf([
      ...flight.filter(({ creator_id }) => creator_id === person_id).map(({ model_id }) => model_id),
      ...mine.flatMap(({ settled }) => settled?.model_id ?? []),
    ]);
    const in_flight = inFlightOf(flight, person_id, nameOf);
    const parts = Array.from({ length: Math.max(1, Math.ceil(mine.length / LINES_AT_ONCE)) }, (_, n) =>
      mine.slice(n * LINES_AT_ONCE, (n + 1) * LINES_AT_ONCE),
    );
    return parts.map((part, n) => ({
      meta: { id: idOfPlace(n === parts.length - 1 ? until : (part.at(-1)?.cursor ?? until)) },
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

const IDLE = JSON.stringify({ queued: 0, running: 0, models: [] } satisfies InFlight);

const idsOf = (news: readonly Heard[]) => news.map(({ generation_id }) => asId<GenerationId>(generation_id));

/** Titles change rarely, and are asked for with every event. */
function rememberedNames(db: Db) {
  const known = new Map<string, ModelName>();
  let until = 0;
  return async (ids: readonly string[]): Promise<NameOf> => {
    if (performance.now() > until) known.clear();
    if (known.size === 0) until = performance.now() + NAMES_KEPT_MS;
    const unknown = [...new Set(ids)].filter((id) => !known.has(id));
    if (unknown.length > 0) {
      const nameOf = await modelNamer(db, unknown);
      for (const id of unknown) known.set(id, nameOf(id));
    }
    const names = new Map(ids.map((id) => [id, present(known.get(id), 'the name of a model')]));
    return (id) => present(names.get(id), 'the name of a model');
  };
}

type Owners = Awaited<ReturnType<typeof generation.modelsOfGenerations>>;
type NameOf = (id: string) => ModelName;

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
