/** One list of what people show, and after it of what models were published with. */
import type { ApiClient, FoundCreation, FoundSample, Page } from '#web/api-types.ts';
import type { MadeQuery } from './wish.ts';

export type Made = FoundCreation | FoundSample;
type Spelling = { typed: string; taken: string[] };
export type MadePage = Page<Made> & { spelling: Spelling[] };

export const keyOfMade = (made: Made): string => ('creation' in made ? made.creation.id : made.id);

/** The page after a cursor, or the first; a cursor says by its first letter in which of the two it stands. */
export async function madePage(
  api: Pick<ApiClient, 'marketplace'>,
  { creations, samples }: MadeQuery,
  cursor: string | null,
): Promise<MadePage> {
  const after = cursor && { cursor: cursor.slice(1) };
  if (samples && cursor?.startsWith(SAMPLES))
    return marked(SAMPLES, await api.marketplace.exploreSamples({ ...samples, ...after }));
  const shown = marked(CREATIONS, await api.marketplace.exploreCreations({ ...creations, ...after }));
  if (shown.next_cursor || !samples) return shown;
  const rest = marked(SAMPLES, await api.marketplace.exploreSamples(samples));
  const known = new Set(shown.spelling.map(({ typed }) => typed));
  return {
    items: [...shown.items, ...rest.items],
    next_cursor: rest.next_cursor,
    spelling: [...shown.spelling, ...rest.spelling.filter(({ typed }) => !known.has(typed))],
  };
}

const CREATIONS = 'c';
const SAMPLES = 's';
const marked = (mark: string, page: MadePage): MadePage => ({
  ...page,
  next_cursor: page.next_cursor && mark + page.next_cursor,
});
