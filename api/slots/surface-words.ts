/** Where models are featured. */
import { number } from '../language.ts';
import type { Surface } from './surfaces.ts';

export const surfaceName: Record<Surface, string> = {
  home_hero: 'Home, top',
  home_rail: 'Home, featured row',
  explore_models: 'Explore, models',
  explore_images: 'Explore, images',
  explore_videos: 'Explore, videos',
  explore_music: 'Explore, music',
  model_also_seen: 'Model pages, also seen',
  competitions: 'Competitions, models that take part',
};
export const placeName = ({ surface, position }: { surface: Surface; position: number }) =>
  `${surfaceName[surface]}, place ${number(position)}`;
