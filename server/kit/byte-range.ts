/** Bytes [from, to) of something that is `size` long. */
export type ByteRange = { from: number; to: number };

/**
 * The part that is asked for (RFC 9110, 14): null where all of it is, and where what is asked for was not understood or
 * is more than one range; `none` where it does not have these bytes.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'none' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'none' : { from: size - length, to: size };
  }
  const from = Number(first);
  const to = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < from) return null;
  return from >= size ? 'none' : { from, to };
}
