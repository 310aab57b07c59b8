/**
 * Earnings as they arrive. The server sends the totals and nothing is added up here: what an event does not
 * carry (all time, by model) is asked for again a moment later, once for many events.
 */
import { api } from '#web/api-client.ts';
import type { Earnings, EarningsLine } from '#web/api-types.ts';
import { Again } from '#web/again.ts';
import { refusalOf } from '#web/refusal.ts';

const REFRESH_MS = 1500;

export class LiveEarnings {
  earnings: Earnings;
  /** Lines that arrived since the page was opened, newest first. */
  fresh: EarningsLine[] = $state.raw([]);
  connected = $state(false);
  /** Counts what arrived, so that a figure can show that it moved. */
  beat = $state(0);

  #days: number;
  #timer = 0;

  constructor(earnings: Earnings, days: number) {
    this.earnings = $state.raw(earnings);
    this.#days = days;
  }

  begin(earnings: Earnings, days: number) {
    this.earnings = earnings;
    this.#days = days;
  }

  /** Opens the line and keeps it open; returns how to close it. */
  follow(): () => void {
    const stopped = new AbortController();
    void this.#listen(stopped.signal);
    return () => {
      stopped.abort();
      clearTimeout(this.#timer);
    };
  }

  async #listen(signal: AbortSignal) {
    const again = new Again();
    while (!signal.aborted) {
      try {
        const events = await api.earnings.watchEarnings(undefined, { signal });
        for await (const event of events) {
          again.stood();
          this.connected = true;
          if (event.type === 'earnings') this.#totals(event.earnings);
          else this.#accrued(event);
        }
      } catch (error) {
        // the line fell: it is taken up again below, and the first event brings the totals up to date
        if (refusalOf(error).code === 'NOT_SIGNED_IN') return;
      } finally {
        this.connected = false;
      }
      if (!signal.aborted) await again.pause(signal);
    }
  }

  /** The stream does not know the range that the page shows: days and models stay those of the page. */
  #totals({ at, today, month, balances, total_micros }: Earnings) {
    this.earnings = {
      ...this.earnings,
      at,
      today,
      month,
      balances,
      total_micros,
      days: this.#withToday(at, today),
    };
  }

  #accrued(event: {
    line: EarningsLine;
    today: Earnings['today'];
    month: Earnings['month'];
    balances: Earnings['balances'];
  }) {
    const { line, today, month, balances } = event;
    if (!this.fresh.some((known) => known.generation_id === line.generation_id))
      this.fresh = [line, ...this.fresh].slice(0, 200);
    this.earnings = {
      ...this.earnings,
      at: line.at,
      today,
      month,
      balances,
      days: this.#withToday(line.at, today),
    };
    this.beat += 1;
    this.#timer ||= window.setTimeout(() => void this.#refresh(), REFRESH_MS);
  }

  async #refresh() {
    const days = this.#days;
    try {
      const earnings = await api.earnings.getEarnings({ days });
      if (days === this.#days) this.earnings = earnings;
    } catch {
      // The next event asks again.
    } finally {
      this.#timer = 0;
    }
  }

  #withToday(at: string, today: Earnings['today']): Earnings['days'] {
    const day = at.slice(0, 10);
    const known = this.earnings.days.some((one) => one.day === day);
    if (!known) return [...this.earnings.days, { day, ...today }];
    return this.earnings.days.map((one) => (one.day === day ? { day, ...today } : one));
  }
}
