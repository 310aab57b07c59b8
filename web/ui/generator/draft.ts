/** What was typed into the generator, kept in this tab by model. */
const place = (slug: string) => `draft:${slug}`;

export function readDraft(slug: string): Record<string, unknown> {
  if (typeof sessionStorage === 'undefined') return {};
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(place(slug)) ?? '{}');
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}
export function keepDraft(slug: string, input: Record<string, unknown>) {
  sessionStorage.setItem(place(slug), JSON.stringify(input));
}
const BOARD = 'draft-board';
export const readBoard = (): string | null => sessionStorage.getItem(BOARD);
export function keepBoard(id: string | null) {
  if (id) sessionStorage.setItem(BOARD, id);
  else sessionStorage.removeItem(BOARD);
}
