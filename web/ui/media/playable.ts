import type { Asset, Sample } from '#web/api-types.ts';

/** What a tile or a player needs to know; assets and samples both have it. */
export type Playable = Pick<
  Sample,
  'modality' | 'url' | 'mime' | 'width' | 'height' | 'duration_ms' | 'thumbnail' | 'thumbhash' | 'waveform'
> &
  Partial<Pick<Asset, 'poster' | 'companions' | 'storyboard'>>;

/** Which format a browser tries first: films as hardware plays them, music as it is lightest. */
const FIRST = ['video/mp4', 'video/webm', 'audio/ogg', 'audio/flac', 'audio/wav'];

/** What a player may play, best first; the browser takes the first that it can. */
export function sourcesOf({ url, mime, companions = [] }: Playable): { url: string; type: string }[] {
  return [{ url, mime }, ...companions.filter(({ role }) => role !== 'midi')]
    .toSorted((one, other) => FIRST.indexOf(one.mime) - FIRST.indexOf(other.mime))
    .map((file) => ({ url: file.url, type: file.mime }));
}

/** Words for those who do not see it: the prompt, or else what kind of thing it is. */
export function altText(input: Record<string, unknown>, modality: string): string {
  const prompt = input['prompt'];
  return typeof prompt === 'string' && prompt
    ? prompt
    : `A generated ${modality === 'music' ? 'piece of music' : modality}`;
}

export function playOrPause(element: HTMLMediaElement | undefined) {
  // refused where the browser wants a press first, or when it is paused again before it began
  if (element?.paused) element.play().catch(() => {});
  else element?.pause();
}

let playing: HTMLMediaElement | null = null;

/** One sound at a time: what starts stops what was playing. */
export function playAlone(element: HTMLMediaElement) {
  if (playing && playing !== element) playing.pause();
  playing = element;
}
