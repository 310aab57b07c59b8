/** A media file that is kept, and what is known of it without opening it. */
export type MediaFile = {
  digest: string;
  extension: string;
  mime: string;
  bytes: bigint;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  thumbnail: { digest: string; width: number; height: number } | null;
  thumbhash: string | null;
  /** How loud it is, from its begin to its end; of music. */
  waveform: number[] | null;
};
