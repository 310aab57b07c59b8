/** What the keyboard does in a player; `step` and `fullScreen` are for films. */
export type PlayerActs = {
  playPause(): void;
  seek(by_s: number): void;
  toggleMute(): void;
  toggleLoop(): void;
  step?(frames: number): void;
  fullScreen?(): void;
};

/** So far an arrow jumps: a film is short, a piece is longer. */
export const jumpOf = (duration_s: number) => (duration_s > 20 ? 5 : 1);

const OF_BUTTONS = [' ', 'Enter'];
const OF_SLIDERS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];

/** A button that has the focus keeps its own keys, a slider too; the others work all over the player. */
export function playerKeys(acts: PlayerActs, jump_s: () => number) {
  const table: Partial<Record<string, () => void>> = {
    ' ': acts.playPause,
    k: acts.playPause,
    m: acts.toggleMute,
    l: acts.toggleLoop,
    f: acts.fullScreen,
    ArrowLeft: () => acts.seek(-jump_s()),
    ArrowRight: () => acts.seek(jump_s()),
    Home: () => acts.seek(-Infinity),
    ',': acts.step && (() => acts.step?.(-1)),
    '.': acts.step && (() => acts.step?.(1)),
  };
  return (event: KeyboardEvent) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLButtonElement && OF_BUTTONS.includes(key)) return;
    if (target instanceof HTMLInputElement && OF_SLIDERS.includes(key)) return;
    const act = table[key];
    if (!act) return;
    event.preventDefault();
    act();
  };
}
