/** Where a line of a list goes that is dragged. */
export type Line = { top: number; height: number };

/** The place that a line takes when its middle lies there: beyond the middle of another it changes with that. */
export function placeOf(lines: readonly Line[], from: number, by: number): number {
  const dragged = lines[from];
  if (!dragged) return from;
  const middle = dragged.top + dragged.height / 2 + by;
  const isPast = ({ top, height }: Line) => middle > top + height / 2;
  const before = lines.filter((line, place) => place !== from && isPast(line)).length;
  return Math.min(lines.length - 1, before);
}

/** How far another line gives way meanwhile. */
export function shiftOf(place: number, from: number, to: number, room: number): number {
  if (place > from && place <= to) return -room;
  return place < from && place >= to ? room : 0;
}

export const moved = <Item>(items: readonly Item[], from: number, to: number): Item[] => {
  const [item] = items.slice(from, from + 1);
  return item === undefined ? [...items] : items.toSpliced(from, 1).toSpliced(to, 0, item);
};
