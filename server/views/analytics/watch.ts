import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import { stream } from '../../kit/stream.ts';
import { hubOf, type Told } from './hub.ts';
import { zoneOf } from './span.ts';

/** Whoever is further behind than this is told how things stand, instead of all that happened. */
const BEHIND_MAX = 30;

/**
 * Tells a creator how their models do, for as long as they watch: the home first and then what changes, or, to who was
 * here before, what they missed. `after` is the id of the last event that they had.
 */
export async function* watchAnalytics(
  context: Context,
  person_id: AccountId,
  asked: { zone: string; after: string | undefined; signal: AbortSignal | undefined },
): AsyncGenerator<Told, void> {
  const zone = zoneOf(asked.zone);
  const hub = hubOf(context);
  const heard = stream<Told>(asked.signal);
  let [behind, is_lost] = [0, false];
  const seat = await hub.enter(person_id, zone, (told) => {
    is_lost ||= behind >= BEHIND_MAX;
    if (is_lost) return;
    behind += 1;
    heard.push(told);
  });
  try {
    const missed = await hub.missedBy(person_id, zone, asked.after, seat.since);
    if (missed) yield* missed;
    else yield await hub.homeFor(person_id, zone);
    for await (const told of heard.items()) {
      behind -= 1;
      yield told;
      if (behind > 0 || !is_lost) continue;
      is_lost = false;
      yield await hub.homeFor(person_id, zone);
    }
  } finally {
    seat.leave();
  }
}
