/** What creators are written about files that they bring. */
import { dayOf, type Letter, number } from '../language.ts';

export type EndedUpload = { name: string; is_unread: boolean; received: number; bytes: number };

export function expiredUploadsLetter(link: string, uploads: readonly EndedUpload[]): Letter {
  const [first] = uploads;
  const names = uploads.map((upload) => `- ${upload.name}: ${whyExpired(upload)}`).join('\n');
  return {
    subject:
      first && uploads.length === 1
        ? `The upload of ${first.name} has ended`
        : `${number(uploads.length)} of your uploads have ended`,
    text: `Room is kept only for what comes in. What was here of these is deleted:\n\n${names}\n\nUpload them again whenever you like:\n${link}`,
    link,
  };
}

function whyExpired({ is_unread, received, bytes }: EndedUpload): string {
  if (is_unread) return 'its check was not asked for again in time';
  if (received === 0) return 'nothing of it came in within an hour';
  const part = number(Math.floor((100 * received) / bytes));
  return `${part} % of it came in, and then nothing for 24 hours`;
}

export const unreadUploadLetter = (link: string, name: string, until: Date): Letter => ({
  subject: `The check of ${name} did not come to its end`,
  text: `All of ${name} is here, and our check of it broke off each time it was begun. That may be our fault and not that of the file.\n\nAsk for another check where you uploaded it, until ${dayOf(until)}; then it is deleted:\n${link}`,
  link,
});
