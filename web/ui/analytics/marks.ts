import type { TimeMark } from '#web/api-types.ts';
import type { Mark } from '../charts/lines.ts';

/** What happened, as it is written beside a line. */
export const marksOf = (marks: readonly TimeMark[]): Mark[] =>
  marks.map(({ at, title, model, href }) => ({
    ...{ at, href },
    label: model && !title.includes(model.title) ? `${model.title}: ${title}` : title,
  }));
