/**
 * Nobody chooses before they looked: pictures have to be in sight, films and music have to play, each for so long. The
 * server measures too; this only says how far one is.
 */
export type Side = 'left' | 'right';
export type Needs = { look_ms: number } | { play_ms: Record<Side, number> };
export type Looked = { looked_ms: number; played_ms: Record<Side, number> };

export const NOTHING: Looked = { looked_ms: 0, played_ms: { left: 0, right: 0 } };

/** What happens on the page just now. */
export type Seen = { visible: boolean; there: boolean; playing: Side | null };

export function lookedOn({ looked_ms, played_ms }: Looked, by_ms: number, seen: Seen): Looked {
  if (!seen.visible) return { looked_ms, played_ms };
  return {
    looked_ms: seen.there ? looked_ms + by_ms : looked_ms,
    played_ms: seen.playing
      ? { ...played_ms, [seen.playing]: played_ms[seen.playing] + by_ms }
      : { ...played_ms },
  };
}

const part = (done: number, needed: number) => (needed <= 0 ? 1 : Math.min(1, done / needed));

/** From 0 to 1, for each side. */
export const progressOf = (needs: Needs, looked: Looked): Record<Side, number> =>
  'look_ms' in needs
    ? {
        left: part(looked.looked_ms, needs.look_ms),
        right: part(looked.looked_ms, needs.look_ms),
      }
    : {
        left: part(looked.played_ms.left, needs.play_ms.left),
        right: part(looked.played_ms.right, needs.play_ms.right),
      };

export const isOpen = (progress: Record<Side, number>) => progress.left >= 1 && progress.right >= 1;
