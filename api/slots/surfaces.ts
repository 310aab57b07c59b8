import * as z from 'zod';

/** Where models are featured. */
export const Surface = z.enum([
  'home_hero',
  'home_rail',
  'explore_models',
  'explore_images',
  'explore_videos',
  'explore_music',
  'model_also_seen',
  'competitions',
]);
export type Surface = z.infer<typeof Surface>;
/** Those that are booked, or else filled in turn with any model. In `competitions` those take turns that were entered. */
export const OpenSurface = Surface.exclude(['competitions']);
export type OpenSurface = z.infer<typeof OpenSurface>;

/** How many places each has, and what may stand there: null is every modality. */
export const SURFACES = {
  home_hero: { positions: 1, modality: null },
  home_rail: { positions: 6, modality: null },
  explore_models: { positions: 3, modality: null },
  explore_images: { positions: 3, modality: 'image' },
  explore_videos: { positions: 3, modality: 'video' },
  explore_music: { positions: 3, modality: 'music' },
  model_also_seen: { positions: 4, modality: null },
  competitions: { positions: 4, modality: null },
} as const satisfies Record<Surface, { positions: number; modality: string | null }>;

export const POSITIONS_MAX = 6;

/** What editors and campaigns book. */
export const BookedKind = z.enum(['editorial', 'merit', 'campaign']);
/**
 * Why a model stands in a place: somebody booked it, the place is kept for new models, nobody booked it, or its creator
 * entered it in a competition.
 */
export const SlotKind = z.enum([...BookedKind.options, 'new_model_quota', 'rotation', 'competition']);
export type SlotKind = z.infer<typeof SlotKind>;
