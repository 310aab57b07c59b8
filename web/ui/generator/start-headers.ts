/** What goes with a start: the key of the act, and where the clocks are, of which the continent is kept. */
export const startHeaders = (key: string) => ({
  'idempotency-key': key,
  'x-time-zone': Intl.DateTimeFormat().resolvedOptions().timeZone,
});
