import { count } from '../words.ts';

const HOUR_S = 3_600;
const MINUTE_S = 60;

/** 86400 -> "24 hours after it was linked" */
export function countsWhen(wait_s: number): string {
  if (wait_s === 0) return 'as soon as it is linked';
  if (wait_s % HOUR_S === 0) return `${count(wait_s / HOUR_S, 'hour')} after it was linked`;
  if (wait_s % MINUTE_S === 0) return `${count(wait_s / MINUTE_S, 'minute')} after it was linked`;
  return `${count(wait_s, 'second')} after it was linked`;
}
