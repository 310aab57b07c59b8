/** A UTC month, "2026-11": from its first instant up to, and without, the first of the next. */
export const monthOf = (at: Date) => at.toISOString().slice(0, 7);

export const monthStart = (month: string) => new Date(`${month}-01T00:00:00.000Z`);

export function monthEnd(month: string): Date {
  const start = monthStart(month);
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
}

export const nextMonth = (month: string) => monthOf(monthEnd(month));
