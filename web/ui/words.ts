/** Small words for numbers and states that several pages share. */
import type { GenerationState, Modality } from '../api-types.ts';
import { formOf, LANGUAGE, number } from './language.ts';

export const modalityName: Record<Modality, string> = { image: 'Image', video: 'Video', music: 'Music' };
export const modalities: readonly Modality[] = ['image', 'video', 'music'];

export const stateName: Record<GenerationState, string> = {
  queued: 'Queued',
  leased: 'Starting',
  running: 'Running',
  delivering: 'Delivering',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  expired: 'Expired',
};

export const hasEnded = (state: GenerationState) =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'expired';

/** Languages with more forms than two bring them along. */
export const count = (amount: number, one: string, many = `${one}s`, ...more: string[]) =>
  `${number(amount)} ${formOf(amount, [one, many, ...more])}`;

export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

/** "2026-12-22T…" -> "Dec 22, 2026", by UTC */
export const dayOf = (instant: string) =>
  new Date(instant).toLocaleDateString(LANGUAGE, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });

/** 61500 -> "1:01" */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
