import { dayOf } from '#ui/words.ts';
import type { Inspection, Made } from './inspection.svelte.ts';

export type Tone = 'good' | 'unsure' | 'bad' | 'plain';
export type Conclusion = { tone: Tone; title: string; text: string };

/** What all that was found amounts to, the strongest first. Null as long as something is still being asked. */
export function conclusionOf(inspection: Inspection): Conclusion | null {
  const { made, alike, lookup, shown } = inspection;
  const manifest = lookup?.manifest ?? null;
  if (shown?.some(({ holds }) => !holds))
    return {
      tone: 'bad',
      title: 'The statement does not hold.',
      text: 'Either it was not signed by us, or it is about another file or another input. What fails stands below.',
    };
  const [first] = made ?? [];
  if (first && broken(first))
    return {
      tone: 'bad',
      title: 'Its signature could not be confirmed.',
      text: 'Our server knows these bytes, but the statement it gave does not hold with the keys that it publishes.',
    };
  if (first?.signed)
    return {
      tone: 'good',
      title: `Made here, by ${first.model.title}.`,
      text: `These are the very bytes of ${WHAT[first.role] ?? 'a file'} that was made on ${dayOf(first.made_at)}. We signed that then, and the signature was checked in this browser.`,
    };
  if (first)
    return {
      tone: 'unsure',
      title: `Made here, by ${first.model.title}, as our records say.`,
      text: `These bytes are ${WHAT[first.role] ?? 'a file'} from ${dayOf(first.made_at)}, for which there is no signed statement to check.`,
    };
  if (manifest?.state === 'invalid')
    return {
      tone: 'bad',
      title: 'Changed since it was signed.',
      text: 'There are Content Credentials in the file, and they do not fit it: what they say is not to be relied on.',
    };
  if (manifest?.state === 'trusted')
    return {
      tone: 'good',
      title: 'It carries our signature, and is whole.',
      text: 'The Content Credentials in the file were signed with our certificate, and not a byte changed since.',
    };
  if (alike && alike[0])
    return {
      tone: 'unsure',
      title: `Not the file that was made here, but it ${inspection.compared === 'sound' ? 'sounds' : 'looks'} like one.`,
      text: `${alike[0].model.title} made something on ${dayOf(alike[0].made_at)} that is ${alike[0].sure === 'likely' ? 'probably' : 'almost certainly'} the same: this may be a copy in another format or size.`,
    };
  if (manifest)
    return {
      tone: 'unsure',
      title: 'Signed by somebody else.',
      text: 'The Content Credentials in the file are whole. Who signed them is not known to us, so what they say is theirs to answer for.',
    };
  if (shown)
    return {
      tone: 'good',
      title: 'The statement is signed by us.',
      text: inspection.digest
        ? 'It holds for this file.'
        : 'Now drop the file that it is about: its bytes have to be those that the statement names.',
    };
  if (made && (alike || !inspection.file))
    return {
      tone: 'plain',
      title: 'Nothing here knows this file.',
      text: 'We find no trace of it. That proves nothing about who made it: it may come from elsewhere, or be changed too much.',
    };
  return null;
}

/** There is a statement, and something about it does not hold. */
export const broken = ({ checks }: Made): boolean => checks.some(({ holds }) => !holds && !isUnnamed(checks));

/** Renditions are made later than what is signed: the statement holds and does not name them. */
export const isUnnamed = (checks: Made['checks']): boolean =>
  checks.some(({ name, holds }) => name === 'signed' && holds) &&
  checks.some(({ name, holds }) => name === 'file' && !holds);

export const WHAT: Readonly<Record<string, string>> = {
  master: 'an asset',
  content: 'an asset before its credentials were put in',
  thumbnail: 'the thumbnail of an asset',
  poster: 'the poster of a film',
  storyboard: 'the preview frames of a film',
  midi: 'the notes of a piece',
  opus: 'a piece as Opus',
  webm: 'a film as WebM',
  rendition: 'an asset in another format',
};
