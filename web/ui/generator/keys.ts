/** The keys of the generator. They are never heard while one types, nor while a dialog is open. */
export const generatorKeys = [
  { keys: ['Ctrl', 'Enter'], does: 'Generate' },
  { keys: ['m'], does: 'Choose a model' },
  { keys: ['p'], does: 'Write the prompt' },
  { keys: ['j'], does: 'Older result (also →)' },
  { keys: ['k'], does: 'Newer result (also ←)' },
  { keys: ['r'], does: 'Remix' },
  { keys: ['u'], does: 'Use these settings' },
  { keys: ['v'], does: 'More like this' },
  { keys: ['c'], does: 'Compare models' },
  { keys: ['d'], does: 'Download' },
  { keys: ['b'], does: 'Put on a board' },
  { keys: ['Delete'], does: 'Move to the bin' },
  { keys: ['1', '–', '4'], does: 'Side by side: look at one' },
];

export type KeyAct =
  | 'pick'
  | 'prompt'
  | 'older'
  | 'newer'
  | 'remix'
  | 'use'
  | 'vary'
  | 'compare'
  | 'download'
  | 'board'
  | 'bin'
  | 'back';

const ACTS: Record<string, KeyAct> = {
  m: 'pick',
  p: 'prompt',
  j: 'older',
  ArrowRight: 'older',
  k: 'newer',
  ArrowLeft: 'newer',
  r: 'remix',
  u: 'use',
  v: 'vary',
  c: 'compare',
  d: 'download',
  b: 'board',
  Delete: 'bin',
  Escape: 'back',
};

const GO_MS = 1200;
let goPressedAt = Number.NEGATIVE_INFINITY;

/** What a key asks for; null for keys that are meant for something else. */
export function actOf(event: KeyboardEvent): KeyAct | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  if (isSpokenFor(event)) return null;
  // `g` and a letter lead to another page
  const isSecond = event.timeStamp - goPressedAt < GO_MS;
  goPressedAt = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
  return isSecond ? null : (ACTS[event.key] ?? null);
}

/** Arrows and Escape belong to players and menus while those have the focus; letters to whoever types. */
function isSpokenFor({ target, key }: KeyboardEvent): boolean {
  if (document.querySelector('dialog[open]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('input:not([type=range], [type=radio]), textarea, select'))
    return true;
  return key.startsWith('Arrow') && target.closest('input, [role=group], [role=menu]') !== null;
}
