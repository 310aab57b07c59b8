/** Where to go after signing in: only a path of this site counts, and only one that a browser reads as we do. */
export function nextPath(next: string | null): string {
  if (!next || !/^\/(?![/\\])/.test(next) || /\p{Cc}/u.test(next)) return '/';
  const here = 'http://here.invalid';
  return URL.canParse(next, here) && new URL(next, here).origin === here ? next : '/';
}
