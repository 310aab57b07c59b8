import { dayOf } from '../kit/clock.ts';
import type { ModelUpload } from '../modules/registry/index.ts';
import type { Letter } from './letters.ts';

/** Where files are brought: the road into the program, and to one's own models. */
const place = (origin: string) => `${origin}/program`;

export function expiredUploadsLetter(origin: string, uploads: readonly ModelUpload[]): Letter {
  const [first] = uploads;
  const names = uploads.map((upload) => `- ${upload.name}: ${whyExpired(upload)}`);
  return {
    subject:
      first && uploads.length === 1
        ? `The upload of ${first.name} has ended`
        : `${uploads.length} of your uploads have ended`,
    text: `Room is kept only for what comes in. What was here of these is deleted:\n\n${names.join('\n')}\n\nUpload them again whenever you like:\n${place(origin)}`,
    link: place(origin),
  };
}

function whyExpired({ state, received, bytes }: ModelUpload): string {
  if (state === 'unread') return 'its check was not asked for again in time';
  if (received === 0) return 'nothing of it came in within an hour';
  return `${Math.floor((100 * received) / bytes)} % of it came in, and then nothing for 24 hours`;
}

export const unreadUploadLetter = (origin: string, name: string, until: Date): Letter => ({
  subject: `The check of ${name} did not come to its end`,
  text: `All of ${name} is here, and our check of it broke off each time it was begun. That may be our fault and not that of the file.\n\nAsk for another check where you uploaded it, until ${dayOf(until)}; then it is deleted:\n${place(origin)}`,
  link: place(origin),
});
