/** What happened, as it is written beside a line. */
import { surfaceName } from '../slots/surface-words.ts';
import type { Mark, MarkedThing } from './shapes.ts';

export function markTitle({ model, what }: Pick<Mark, 'model'> & { what: MarkedThing }): string {
  const name = model?.title ?? '';
  switch (what.code) {
    case 'published':
      return `${name} ${what.version} published`;
    case 'withdrawn':
      return `${name} ${what.version} withdrawn`;
    case 'ended':
      return `${name} ${what.version} ended`;
    case 'campaign':
      return what.title;
    case 'entered':
      return `${name} in ${what.title}`;
    case 'works':
      return `Works made with ${name} in ${what.title}`;
    case 'featured':
      return `${name} featured: ${surfaceName[what.surface]}`;
    case 'prices':
      return `Price list ${what.version}`;
    case 'terms':
      return `Terms ${what.version}`;
    case 'gained':
      return `${name} became yours`;
    case 'given_away':
      return `${name} went to somebody else`;
  }
}
