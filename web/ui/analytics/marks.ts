import { markTitle } from '../../../api/analytics/mark-words.ts';
import type { TimeMark } from '#web/api-types.ts';
import type { Mark } from '../charts/lines.ts';
import { dayOf } from '../words.ts';

/** What happened, as it is written beside a line. What began before the line does stands at its beginning. */
export const marksOf = (marks: readonly TimeMark[], from: string): Mark[] =>
  marks.map((mark) => {
    const { at, model, href } = mark;
    const title = markTitle(mark);
    const label = model && !title.includes(model.title) ? `${model.title}: ${title}` : title;
    return at < from ? { at: from, href, label: `${label}, since ${dayOf(at)}` } : { at, href, label };
  });
