/** What a notification is about, where no person wrote it. */
import { DISQUALIFICATIONS } from '../competitions/disqualification-words.ts';
import { reasonWords } from '../competitions/rule-words.ts';
import { entrySays } from '../competitions/state-words.ts';
import { count, dayOf, number } from '../language.ts';
import { inStelai } from '../rewards/stelai-words.ts';
import type { NotificationSaid } from './notification-shapes.ts';

type Words = { title: string; text: string | null };

export function notificationWords(said: NotificationSaid): Words {
  switch (said.code) {
    case 'credits':
      return { title: count(Number(said.amount_micros) / 1_000_000, 'credit'), text: null };
    case 'stelai':
      return { title: inStelai(said.amount_nanos), text: null };
    case 'event_cancelled':
      return { title: `${said.title} (cancelled)`, text: said.text };
    case 'entry':
      return { title: said.title, text: entryWords(said) };
    case 'model_won':
      return {
        title: said.title ?? 'a work that was removed',
        text: `Place ${number(said.place)} in ${said.round}`,
      };
    case 'award':
      return {
        title: said.round === null ? placeIn(said.place) : `place ${number(said.place)} in ${said.round}`,
        text: sentences(
          said.entry === null ? null : `“${said.entry}”.`,
          said.answer_by === null ? null : `Say by ${dayOf(said.answer_by)} whether you take the prize.`,
        ),
      };
    case 'judge':
      return {
        title: said.round ?? 'a round',
        text: said.emergency ? 'Too few judges are left: it is urgent.' : null,
      };
  }
}

const placeIn = (place: number) => `place ${number(place)} in a round`;
const sentences = (...some: (string | null)[]) => some.filter(Boolean).join(' ');

function entryWords({ state, reason }: Extract<NotificationSaid, { code: 'entry' }>): string {
  if (state === 'ineligible') return reason ? reasonWords(reason) : 'It is not eligible.';
  if (state === 'withdrawn') return entrySays.withdrawn;
  if (state !== 'disqualified') return entrySays.eligible;
  const known = Object.entries(DISQUALIFICATIONS).find(([name]) => name === reason);
  return sentences('It was taken out.', known?.[1] ?? null);
}
