/** How pictures that are looked at together are enlarged and moved: all of them alike. */
export type View = { scale: number; x: number; y: number };
export type Point = { x: number; y: number };

export const FITTED: View = { scale: 1, x: 0, y: 0 };
const SCALE_MAX = 12;

/** Enlarged around a point (from the middle, in parts of the box), so that what lies there stays there. */
export function zoomed(view: View, factor: number, at: Point): View {
  const scale = Math.min(SCALE_MAX, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return held({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio });
}

export const moved = (view: View, by: Point): View => held({ ...view, x: view.x + by.x, y: view.y + by.y });

/** No further than its edge: nothing but the picture is ever in the box. */
function held({ scale, x, y }: View): View {
  const most = (scale - 1) / 2;
  const within = (value: number) => Math.min(most, Math.max(-most, value)) + 0;
  return { scale, x: within(x), y: within(y) };
}
