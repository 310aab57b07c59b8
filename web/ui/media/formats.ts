import type { Asset } from '#web/api-types.ts';

export type Download = Asset['downloads'][number];
export type Format = Download['format'];

const WORDS: Record<Format, { name: string; note: string }> = {
  webp: { name: 'WebP', note: 'light' },
  png: { name: 'PNG', note: 'lossless' },
  avif: { name: 'AVIF', note: 'smallest' },
  jpg: { name: 'JPEG', note: 'opens everywhere' },
  mp4: { name: 'MP4', note: 'opens everywhere' },
  webm: { name: 'WebM', note: 'open format' },
  flac: { name: 'FLAC', note: 'lossless' },
  wav: { name: 'WAV', note: 'for editing' },
  opus: { name: 'Opus', note: 'smallest' },
  midi: { name: 'MIDI', note: 'the notes' },
};
export const nameOf = (format: Format) => WORDS[format].name;
export const noteOf = ({ format, original }: Download) =>
  original ? `original, ${WORDS[format].note}` : WORDS[format].note;

const place = (modality: string) => `download:${modality}`;

/** The format that this browser saved last, of this kind of thing. */
export function favourite(modality: string): string | null {
  try {
    return localStorage.getItem(place(modality));
  } catch {
    return null;
  }
}

export function rememberFavourite(modality: string, format: Format) {
  try {
    localStorage.setItem(place(modality), format);
  } catch {
    // not allowed: then the original is offered first
  }
}
