export type Address = { pathname: string; search: string };

/** The address of the same page with some parameters changed; null takes one out. Cursors never survive. */
export function addressWith(url: Address, changes: Record<string, string | null>): string {
  const parameters = new URLSearchParams(url.search);
  parameters.delete('focus');
  for (const [name, value] of Object.entries(changes)) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  const query = parameters.toString();
  return query ? `${url.pathname}?${query}` : url.pathname;
}
