/** A part of a prize as people type it, in percent. */
export type Sharer = { handle: string; percent: string };
type Share = { handle: string; share_ppm: number };
type Divided = { shares: Share[]; mine: string; trouble: string | null };

const WHOLE_PPM = 1_000_000;
const PPM_PER_PERCENT = 10_000;

/** Whole millionths: what is typed is read digit by digit, and the rest is one's own. */
export function shares(others: readonly Sharer[]): Divided {
  const read = others.map(({ handle, percent }) => ({
    handle: handle.trim().replace(/^@/, ''),
    share_ppm: ppmOf(percent),
  }));
  const given = read.reduce((sum, { share_ppm }) => sum + (share_ppm ?? 0), 0);
  const mine = String((WHOLE_PPM - given) / PPM_PER_PERCENT);
  const trouble = troubleWith(read, given);
  return { shares: trouble ? [] : read.flatMap(asShare), mine, trouble };
}

const asShare = ({ handle, share_ppm }: { handle: string; share_ppm: number | null }): Share[] =>
  share_ppm === null ? [] : [{ handle, share_ppm }];

function troubleWith(read: readonly { handle: string; share_ppm: number | null }[], given: number) {
  if (read.some(({ handle }) => handle === '')) return 'Name everybody by their handle.';
  if (new Set(read.map(({ handle }) => handle)).size < read.length) return 'Name everybody once.';
  if (read.some(({ share_ppm }) => !share_ppm)) return 'Give everybody a part above nothing.';
  return given >= WHOLE_PPM ? 'Together they have all of it: leave a part for yourself.' : null;
}

/** "33.3333" -> 333333; null for what is no part of a whole. */
function ppmOf(percent: string): number | null {
  const match = /^\s*(\d{1,2})(?:[.,](\d{1,4}))?\s*%?\s*$/.exec(percent);
  if (!match) return null;
  const [, whole = '', fraction = ''] = match;
  return Number(whole) * PPM_PER_PERCENT + Number(fraction.padEnd(4, '0'));
}
