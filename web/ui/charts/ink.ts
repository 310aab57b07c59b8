/** The tokens as a canvas needs them: resolved, in the theme of the place where the chart stands. */
export type Ink = ((name: string) => string) & { forget(): void };

export function inkOf(place: HTMLElement): Ink {
  const known = new Map<string, string>();
  const ink = (name: string) => {
    if (isForced() && QUIET.has(name)) return 'GrayText';
    const before = known.get(name);
    if (before !== undefined) return before;
    const probe = document.createElement('span');
    probe.style.color = `var(--color-${name})`;
    place.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    known.set(name, value);
    return value;
  };
  return Object.assign(ink, { forget: () => known.clear() });
}

/** Where the system chooses the colours there are few: what only guides the eye gets the faintest of them. */
const QUIET = new Set(['line', 'faint']);

/** Calls when the theme turns, by the system or by a choice. Answers how to stop. */
export function onTheme(turned: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) =>
    matchMedia(query),
  );
  const observer = new MutationObserver(turned);
  for (const query of queries) query.addEventListener('change', turned);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'dir'] });
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener('change', turned);
  };
}

/** Where the system chooses the colours, a ground of its own would hide the line. */
export const isForced = () => matchMedia('(forced-colors: active)').matches;
