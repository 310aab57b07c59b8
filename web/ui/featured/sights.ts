/**
 * Tells the server which featured cards somebody really saw, and by which one they came to a model. Nothing is kept
 * beyond the tab but the token of the last card that was opened, which says nothing of who opened it.
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

/** Counts the element as seen when half of it was on the screen for a second, of a tab that somebody looks at. */
export const countedWhenSeen =
  (token: string): Attachment<HTMLElement> =>
  (element) => {
    let looking: ReturnType<typeof setTimeout> | null = null;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (looking) clearTimeout(looking);
        looking = null;
        if (!entry?.isIntersecting) return;
        looking = setTimeout(() => {
          if (document.visibilityState === 'visible') seen(token);
        }, LOOK_MS);
      },
      { threshold: PART },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      if (looking) clearTimeout(looking);
    };
  };

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
export const opening = (slug: string, token: string) =>
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
