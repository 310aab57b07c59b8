import { rgbaToDataURL, thumbHashToRGBA } from 'thumbhash';

const SIDE = 8;

/**
 * A thumbhash as a data URL of eight by eight pixels, which the browser blurs while it scales it up.
 * Full size (32 px) would add 3 kB to the page for every tile.
 */
export function thumbhashImage(base64: string): string | null {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  if (bytes.length < 5) return null;
  const { w, h, rgba } = thumbHashToRGBA(bytes);
  const small = new Uint8Array(SIDE * SIDE * 4);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const from = (Math.floor(((y + 0.5) * h) / SIDE) * w + Math.floor(((x + 0.5) * w) / SIDE)) * 4;
      small.set(rgba.subarray(from, from + 4), (y * SIDE + x) * 4);
    }
  }
  return rgbaToDataURL(SIDE, SIDE, small);
}
