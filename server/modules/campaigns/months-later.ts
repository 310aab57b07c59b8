/** The same instant of the day so many months later (UTC); a day that the month lacks is its last. */
export function monthsLater(at: Date, months: number): Date {
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months + 1, 0)).getUTCDate();
  const later = new Date(at);
  later.setUTCDate(1);
  later.setUTCMonth(at.getUTCMonth() + months);
  later.setUTCDate(Math.min(at.getUTCDate(), last));
  return later;
}
