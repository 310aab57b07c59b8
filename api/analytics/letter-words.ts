/** What creators are written about files of their figures. */
import { count, dayOf, type Letter } from '../language.ts';
import type { Export } from './export-shapes.ts';

export function exportLetter(page: string, made: Export): Letter {
  if (made.state === 'failed')
    return {
      subject: `${made.name} could not be made`,
      text: `${made.why}\n\nThe next one is made when its time comes.`,
      link: null,
    };
  const [rows, until] = [count(made.rows ?? 0, 'row'), dayOf(made.expires_at ?? '')];
  return {
    subject: `Your figures are ready: ${made.name}`,
    // whoever has the letter still has to sign in
    text: `${made.name} has ${rows}. Sign in, and download it until ${until}:\n${page}`,
    link: null,
  };
}
