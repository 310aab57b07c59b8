/** How much there is, in five steps of one colour from light to dark (or dark to light): no hue has to be told apart. */
export const STEPS = 5;

/** 0 for nothing, 1 to 5 for what there is, as a part of the most. */
export function stepOf(value: number | null, most: number): number {
  if (value === null || value <= 0 || most <= 0) return 0;
  return Math.max(1, Math.min(STEPS, Math.ceil((value / most) * STEPS)));
}

/** The largest count of a step: as squares grow, or one hour of many would leave all others alike. */
export const mostOfStep = (step: number, most: number) => Math.floor((most * step * step) / STEPS ** 2);

export function stepOfCount(count: number, most: number): number {
  let step = 0;
  while (step < STEPS && count > mostOfStep(step, most)) step += 1;
  return step;
}

/** Whole class names, so that they are found when the styles are made. */
export const GROUNDS = ['bg-hover', 'bg-heat-1', 'bg-heat-2', 'bg-heat-3', 'bg-heat-4', 'bg-heat-5'] as const;
export const TEXTS = [
  ...(['text-muted', 'text-on-heat-low', 'text-on-heat-low', 'text-on-heat-low'] as const),
  ...(['text-on-heat-4', 'text-on-heat-5'] as const),
] as const;
export const INKS = ['hover', 'heat-1', 'heat-2', 'heat-3', 'heat-4', 'heat-5'] as const;
export const TEXT_INKS = [
  'muted',
  'on-heat-low',
  'on-heat-low',
  'on-heat-low',
  'on-heat-4',
  'on-heat-5',
] as const;
