/** The value of a cookie. Of two with one name the first counts: it has the longer path or is older. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const cut = pair.indexOf('=');
    if (cut > 0 && pair.slice(0, cut).trim() === name) return pair.slice(cut + 1).trim();
  }
  return null;
}

/** A cookie that scripts cannot read. `value` must be plain: letters, digits, `-` and `_`. */
export function cookieHeader(
  name: string,
  value: string,
  options: { secure: boolean; max_age_s: number },
): string {
  const secure = options.secure ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${options.max_age_s}; HttpOnly; SameSite=Lax${secure}`;
}
