/** An instant in the address, "2026-11-21T00:00:00.000Z", from what a date-time field holds, which is taken as UTC. */
export function instantIn(url: URL, name = 'at'): string | undefined {
  const text = url.searchParams.get(name);
  if (!text || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?$/.test(text)) return undefined;
  const instant = new Date(text.endsWith('Z') ? text : `${text}Z`);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

/** The same as a date-time field takes it. */
export const forField = (instant: string) => instant.slice(0, 19);

/** "2026-11-21 00:00:00 UTC"; milliseconds where there are any. */
export function inUtc(instant: string): string {
  const parts = instant.slice(20, 23);
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}${parts === '000' ? '' : `.${parts}`} UTC`;
}

export const monthName = (month: string) =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
