/** The generator with a model chosen and its settings filled in; the settings travel in the address. */
export function createHref(slug: string, input?: Record<string, unknown>): string {
  const parameters = new URLSearchParams({ model: slug });
  if (input) parameters.set('input', JSON.stringify(input));
  return `/create?${parameters}`;
}
