type Settings = Record<string, unknown>;

/** The generator with a model chosen and its settings filled in, for a round; all of it travels in the address. */
export function createHref(slug: string, input?: Settings, round?: string): string {
  return round ? `${compareHref([slug], input)}&round=${round}` : compareHref([slug], input);
}

/** The generator with up to four models side by side. */
export function compareHref([first = '', ...others]: readonly string[], input?: Settings): string {
  const parameters = new URLSearchParams({ model: first });
  if (others.length > 0) parameters.set('with', others.join());
  if (input) parameters.set('input', JSON.stringify(input));
  return `/create?${parameters}`;
}
