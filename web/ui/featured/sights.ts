/**
 * Tells the server which featured cards somebody really saw, and by which one they came to a model. Nothing is kept
 * beyond the tab but the token of the last card that was opened, which says nothing of who opened it.
 *
 * A card says what it is by `data-featured` (its token) and `data-model`, and has no script of its own: the page that
 * holds it has `{@attach featuredWithin}`, so that it counts as well while the part that it lies in still sleeps.
 */
import type { Attachment } from 'svelte/attachments';

/** Half of a card, for so long. */
const PART = 0.5;
const LOOK_MS = 1000;
/** What is seen within so long is told at once. */
const GATHER_MS = 1500;

let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | null = null;
const told = new Set<string>();

function send() {
  if (timer) clearTimeout(timer);
  timer = null;
  const tokens = waiting.slice(0, 30);
  waiting = waiting.slice(30);
  if (tokens.length === 0) return;
  const body = new Blob([JSON.stringify({ tokens })], { type: 'application/json' });
  navigator.sendBeacon('/api/v1/featured/impressions', body);
}

function seen(token: string) {
  if (told.has(token)) return;
  told.add(token);
  waiting.push(token);
  timer ??= setTimeout(send, GATHER_MS);
}

if (typeof document !== 'undefined')
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && send());

/**
 * A card is seen when half of it was on the screen for a second, of a tab that somebody looks at; it is opened when
 * somebody follows one of its links to the model.
 */
export const featuredWithin: Attachment<HTMLElement> = (holder) => {
  const looking = new Map<Element, ReturnType<typeof setTimeout>>();
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(looking.get(target));
        if (isIntersecting) looking.set(target, setTimeout(looked, LOOK_MS, target));
      }
    },
    { threshold: PART },
  );
  const find = () => {
    for (const card of holder.querySelectorAll('[data-featured]')) sight.observe(card);
  };
  const drawn = new MutationObserver((changes) => {
    // the same place shows another one now
    for (const { type, target } of changes)
      if (type === 'attributes' && target instanceof Element) sight.unobserve(target);
    find();
  });
  drawn.observe(holder, { childList: true, subtree: true, attributeFilter: ['data-featured'] });
  find();
  for (const press of PRESSES) holder.addEventListener(press, noteOpening, true);
  return () => {
    drawn.disconnect();
    sight.disconnect();
    for (const timer of looking.values()) clearTimeout(timer);
    for (const press of PRESSES) holder.removeEventListener(press, noteOpening, true);
  };
};

/** With the middle button too, which opens another tab. */
const PRESSES = ['click', 'auxclick'] as const;

function looked(card: Element) {
  const { featured } = card instanceof HTMLElement ? card.dataset : {};
  if (featured && document.visibilityState === 'visible') seen(featured);
}

function noteOpening({ target }: Event) {
  const link = target instanceof Element ? target.closest('a') : null;
  const { featured, model } = link?.closest<HTMLElement>('[data-featured]')?.dataset ?? {};
  if (featured && model && link?.pathname === `/models/${model}`) opening(model, featured);
}

const PLACE = 'featured';
/** A page that opens later than this was not opened by that card. */
const OPEN_MS = 60_000;
type Opened = { slug: string; token: string; at: number; counted: boolean; known: boolean };

function read(): Opened | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? 'null');
    return isOpened(kept) ? kept : null;
  } catch {
    return null;
  }
}
const isOpened = (kept: unknown): kept is Opened =>
  typeof kept === 'object' && kept !== null && 'slug' in kept && 'token' in kept && 'counted' in kept;

function keep(opened: Opened | null) {
  try {
    if (opened) localStorage.setItem(PLACE, JSON.stringify(opened));
    else localStorage.removeItem(PLACE);
  } catch {
    // a browser that keeps nothing is counted as far as it goes
  }
}

/** Somebody opens a model by a featured card, in this tab or another. */
const opening = (slug: string, token: string) =>
  keep({ slug, token, at: Date.now(), counted: false, known: false });

/** The page of a model is there: if a featured card led to it, that is told; and once more when its visitor signs in. */
export async function arrived(slug: string, signedIn: boolean): Promise<void> {
  const opened = read();
  if (!opened || opened.slug !== slug) return;
  if (!opened.counted && Date.now() - opened.at > OPEN_MS) return keep(null);
  if (opened.counted && (opened.known || !signedIn)) return;
  keep({ ...opened, counted: true, known: signedIn });
  const { api } = await import('#web/api-client.ts');
  await api.slots.createVisit({ token: opened.token, again: opened.counted }).catch(() => keep(null));
}
