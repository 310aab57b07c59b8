/** The time from one step of a series to another, both included; the last one ends where the range does. */
export const stepOf = (starts: readonly string[], first: number, last: number, end: string) => ({
  from: starts[first] ?? end,
  to: starts[last + 1] ?? end,
});
