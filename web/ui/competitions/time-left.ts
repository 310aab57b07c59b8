import { count } from '../words.ts';

const SECOND_MS = 1000;
const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

export type TimeLeft = { days: number; hours: number; minutes: number; seconds: number; isOver: boolean };

/** A second that has begun is still there: it is over when it is over. */
export function timeLeft(until_ms: number, now_ms: number): TimeLeft {
  const left_s = Math.max(0, Math.ceil((until_ms - now_ms) / SECOND_MS));
  return {
    days: Math.floor(left_s / DAY_S),
    hours: Math.floor((left_s % DAY_S) / HOUR_S),
    minutes: Math.floor((left_s % HOUR_S) / MINUTE_S),
    seconds: left_s % MINUTE_S,
    isOver: left_s === 0,
  };
}

/** "3 days, 4 hours": as exact as one plans by it. */
export function leftInWords({ days, hours, minutes, seconds }: TimeLeft): string {
  if (days > 0) return `${count(days, 'day')}, ${count(hours, 'hour')}`;
  if (hours > 0) return `${count(hours, 'hour')}, ${count(minutes, 'minute')}`;
  return minutes > 0 ? `${count(minutes, 'minute')}, ${count(seconds, 'second')}` : count(seconds, 'second');
}
