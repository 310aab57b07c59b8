/**
 * A creator's home as it changes. The server sends every figure and nothing is added up here. A line that fell is taken
 * up where it broke: the last event that was seen is named, and what was missed is told.
 */
import { api } from '#web/api-client.ts';
import type { CreatorHome } from '#web/api-types.ts';
import { Again } from '#web/again.ts';
import { refusalOf } from '#web/refusal.ts';

/** Hours and top models come with the next whole home, once for much that happened. */
const REFRESH_MS = 15_000;
const LINES_MAX = 30;

type Event =
  Awaited<ReturnType<typeof api.analytics.watchAnalytics>> extends AsyncIterable<infer One> ? One : never;
type Line = Extract<Event, { type: 'tick' }>['earned'][number];

export class LiveHome {
  home: CreatorHome;
  /** What was earned since the page was opened, the newest first. */
  earned: Line[] = $state.raw([]);
  connected = $state(false);
  /** Counts what arrived, so that a figure can show that it moved. */
  beat = $state(0);

  #timer = 0;
  #last: string | undefined;

  constructor(home: CreatorHome) {
    this.home = $state.raw(home);
  }

  begin(home: CreatorHome) {
    this.home = home;
  }

  /** Opens the line and keeps it open; returns how to close it. A hidden page lets go of its line. */
  follow(): () => void {
    let line = new AbortController();
    const turned = () => {
      line.abort();
      if (document.hidden) return;
      line = new AbortController();
      void this.#listen(line.signal);
    };
    document.addEventListener('visibilitychange', turned);
    turned();
    return () => {
      document.removeEventListener('visibilitychange', turned);
      line.abort();
      clearTimeout(this.#timer);
    };
  }

  async #listen(signal: AbortSignal) {
    const { eventMeta } = await import('#web/api-wire.ts');
    const again = new Again();
    while (!signal.aborted) {
      try {
        const { zone } = this.home;
        const events = await api.analytics.watchAnalytics({ zone }, { signal, lastEventId: this.#last });
        this.connected = true;
        for await (const event of events) {
          again.stood();
          this.#last = eventMeta(event)?.id ?? this.#last;
          this.#heard(event);
        }
      } catch (error) {
        // the line fell: it is taken up again below, from the last event that was seen
        if (refusalOf(error).code === 'NOT_SIGNED_IN') return;
      } finally {
        this.connected = false;
      }
      if (!signal.aborted) await again.pause(signal);
    }
  }

  #heard(event: Event) {
    if (event.type === 'home') this.home = event.home;
    else if (event.type === 'in_flight') this.home = { ...this.home, in_flight: event.in_flight };
    else if (event.type === 'alerts') this.home = { ...this.home, alerts: event.alerts };
    else this.#ticked(event);
  }

  #ticked({ earned, at, today, balances, total_micros, in_flight }: Extract<Event, { type: 'tick' }>) {
    this.home = { ...this.home, at, today, balances, total_micros, in_flight };
    const known = new Set(this.earned.map(({ generation_id }) => generation_id));
    const fresh = earned.filter(({ generation_id }) => !known.has(generation_id)).reverse();
    this.earned = [...fresh, ...this.earned].slice(0, LINES_MAX);
    this.beat += 1;
    this.#timer ||= window.setTimeout(() => void this.#refresh(), REFRESH_MS);
  }

  async #refresh() {
    try {
      this.home = await api.analytics.getCreatorHome({ zone: this.home.zone });
    } catch {
      // The next event asks again.
    } finally {
      this.#timer = 0;
    }
  }
}
