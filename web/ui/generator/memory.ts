/** Small things that this browser remembers: favourite models, those used last, prompts. */
const KEPT_MAX = { prompts: 30, recent: 8, favourites: 100 };
type What = keyof typeof KEPT_MAX;

const place = (what: What) => `create:${what}`;

export function remembered(what: What): string[] {
  if (typeof localStorage === 'undefined') return [];
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place(what)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((word) => typeof word === 'string') : [];
  } catch {
    return [];
  }
}

const keep = (what: What, words: string[]) => {
  try {
    localStorage.setItem(place(what), JSON.stringify(words));
  } catch {
    // full, or not allowed: nothing depends on it
  }
  return words;
};

/** The newest first, each once. */
export const remember = (what: What, word: string) =>
  keep(what, [word, ...remembered(what).filter((other) => other !== word)].slice(0, KEPT_MAX[what]));

export const forget = (what: What, word: string) =>
  keep(
    what,
    remembered(what).filter((other) => other !== word),
  );
