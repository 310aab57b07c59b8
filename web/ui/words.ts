/** Small words for numbers and states that several pages share. */
import type { GenerationState, Modality } from '../api-types.ts';

export { count, dayOf, instantOf } from '../../api/language.ts';

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

export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

/** 61500 -> "1:01" */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
