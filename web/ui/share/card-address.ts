export type CardOf = 'models' | 'creators' | 'assets' | 'showcases' | 'campaigns' | 'rounds' | 'pages';
/** The picture that goes along where a page is passed on, and its words for those who do not see it. */
export type ShareCard = { path: string; alt: string };

/**
 * Where a card lies. What it shows is a part of its address, so that sites which keep pictures fetch another one when
 * that changes; the server draws what is true now, whatever the address says.
 */
export const shareCard = (
  of: CardOf,
  name: string,
  alt: string,
  shows: readonly (string | null | undefined)[],
): ShareCard => ({ path: `/cards/${of}/${name}.jpg?v=${shortDigest(JSON.stringify(shows))}`, alt });

/** FNV-1a: enough to tell one card of a thing from the next one. */
function shortDigest(text: string): string {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1)
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return (hash >>> 0).toString(36);
}
