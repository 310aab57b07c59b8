/** Parts of pages whose script comes later: `web/later.ts` says how they are made. */
import type { Component } from 'svelte';

export type Props = Record<string, unknown>;
type Whole = Component<Props>;
/** When the script comes: with the first touch of anything on the page, or as soon as the part is seen. */
export type Wakes = 'touched' | 'seen';
export type Part = { wakes: Wakes; whole: Whole | null; load(): Promise<Whole> };

let hasBegun = false;
let coming: Promise<unknown>[] = [];
/** What comes with the first touch, whether or not it is drawn already. */
let untouched: Part[] | null = [];

export function partOf(wakes: Wakes, bring: () => Promise<{ default: Whole }>): Part {
  let loading: Promise<Whole> | undefined;
  const part: Part = {
    wakes,
    whole: null,
    load: () => (loading ??= brought(bring).then((whole) => (part.whole = whole))),
  };
  // what belongs to the next page comes with it
  if (hasBegun) coming.push(part.load());
  else if (wakes === 'touched') untouched?.push(part);
  return part;
}

const PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 30_000;

/** Asked for until it comes: somebody may be in a tunnel. What they pressed meanwhile waits as long. */
async function brought(bring: () => Promise<{ default: Whole }>): Promise<Whole> {
  for (let pause_ms = PAUSE_MS; ; pause_ms = Math.min(2 * pause_ms, PAUSE_MS_MAX)) {
    try {
      return (await bring()).default;
    } catch {
      await passed(pause_ms);
    }
  }
}

/** So long, or until there is a connection again. */
const passed = (pause_ms: number) =>
  new Promise<void>((pass) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener('online', over);
      pass();
    };
    const timer = setTimeout(over, pause_ms);
    addEventListener('online', over);
  });

/**
 * When all parts of the page that comes next are there: it is drawn as a whole, and scrolled to where it was. One that
 * does not come keeps nobody from the others.
 */
export async function nextPageIsWhole(): Promise<void> {
  const parts = coming;
  coming = [];
  if (parts.length > 0) await Promise.race([Promise.all(parts), passed(PAUSE_MS)]);
}

type Sleeper = { box: HTMLElement; wakes: Wakes; wake: () => Promise<void> };
const asleep = new Set<Sleeper>();

const wakeAll = (those: (sleeper: Sleeper) => boolean) => {
  for (const sleeper of [...asleep].filter(those)) {
    asleep.delete(sleeper);
    void sleeper.wake();
  }
};

const TOUCHES = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'scroll', 'focusin'];

/** What waits for the first touch waits no longer. */
export function awaken() {
  for (const kind of TOUCHES) removeEventListener(kind, awaken, true);
  for (const part of untouched ?? []) void part.load();
  untouched = null;
  wakeAll(({ wakes }) => wakes === 'touched');
}

/** The first page is there. */
export function begun() {
  hasBegun = true;
  for (const kind of TOUCHES) addEventListener(kind, awaken, { capture: true, passive: true });
}

/** What of it has a place on the page: boxes of other parts have none. */
const seenOf = (box: Element): Element[] =>
  [...box.children].flatMap((one) => (getComputedStyle(one).display === 'contents' ? seenOf(one) : one));

/**
 * Wakes what is in sight or focused, and with it all that stands before it: whoever comes back finds the page as long
 * as it was. A button that is pressed meanwhile is pressed again once it does something.
 */
export function wakeInTime(box: HTMLElement, wakes: Wakes, wake: () => Promise<void>): () => void {
  let isAwake = false;
  const wakeUp = () => wake().then(() => void (isAwake = true));
  const drawn = seenOf(box);
  // what shows nothing is never seen
  const sleeper = { box, wakes: drawn.length === 0 ? 'touched' : wakes, wake: wakeUp } satisfies Sleeper;
  const standsBefore = (other: Sleeper) =>
    other.wakes === 'seen' &&
    (box.compareDocumentPosition(other.box) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
  const wakeUpTo = () => wakeAll((other) => other === sleeper || standsBefore(other));
  const waiting = new Set<Element>();
  const pressed = (event: Event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (isAwake || !button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wakeUpTo();
    if (waiting.has(button)) return;
    waiting.add(button);
    void wakeUp().then(() => button.click());
  };
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    wakeUpTo();
  });
  asleep.add(sleeper);
  if (sleeper.wakes === 'seen') for (const one of drawn) observer.observe(one);
  box.addEventListener('focusin', wakeUpTo);
  box.addEventListener('click', pressed, true);
  return () => {
    asleep.delete(sleeper);
    observer.disconnect();
    box.removeEventListener('focusin', wakeUpTo);
    box.removeEventListener('click', pressed, true);
  };
}
