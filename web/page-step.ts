/** What one can do about a refusal that a whole page ends with. They come along with every page. */
export const pageSteps: Record<string, string> = {
  NOT_ALLOWED: 'This page is for accounts with another role.',
  NOT_FOUND: 'Check the address, or look for it in Explore or in your library.',
  RATE_LIMITED: 'Wait a moment, then try again.',
  UNREACHABLE: 'Nothing was lost. Try again when you are online.',
  UNAVAILABLE: 'Try again in a minute.',
  INTERNAL: 'Try again. If it stays, send us the request id.',
};
