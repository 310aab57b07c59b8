import { dayOf } from '#ui/words.ts';
import type { Inspection, Made } from './inspection.svelte.ts';

export type Tone = 'good' | 'unsure' | 'bad' | 'plain';
export type Conclusion = {
  tone: Tone;
  title: string;
  text: string;
  /** What one may rely on now, and what nobody has shown. */
  proven: readonly string[];
  unproven: readonly string[];
};

const WHO = 'Who asked for it, and whose it is.';
const EARLIER = 'That nobody had the same before it was made here.';
const NEAR = 'Whether it was changed on purpose, or only saved in another format.';

/** What all that was found amounts to, the strongest first. Null as long as something is still being asked. */
export function conclusionOf(inspection: Inspection): Conclusion | null {
  const { made, alike, lookup, shown } = inspection;
  const manifest = lookup?.manifest ?? null;
  if (shown?.some(({ holds }) => !holds))
    return {
      tone: 'bad',
      title: 'The statement does not hold.',
      text: 'Either it was not signed by us, or it is about another file or another input. What fails stands below.',
      proven: [],
      unproven: ['Anything that the statement says.'],
    };
  const [first] = made ?? [];
  if (first && broken(first))
    return {
      tone: 'bad',
      title: 'Its signature could not be confirmed.',
      text: 'Our server knows these bytes, but the statement it gave does not hold with the keys that it publishes.',
      proven: [],
      unproven: ['That we signed anything about them.', 'When and by which model they were made.'],
    };
  if (first?.signed && isUnnamed(first.checks))
    return {
      tone: 'unsure',
      title: `Made here, by ${first.model.title}, as our records say.`,
      text: `This is ${WHAT[first.role] ?? 'a file'} of ${dayOf(first.made_at)}. We signed what it was made from, and no signature names this copy.`,
      proven: [`We signed that ${nameOf(first.signed)} made what our records say this is a copy of.`],
      unproven: ['That this copy shows the same: hold it against the original.', WHO, EARLIER],
    };
  if (first?.signed)
    return {
      tone: 'good',
      title: `Made here, by ${first.model.title}.`,
      text: `These are the very bytes of ${WHAT[first.role] ?? 'a file'} that was made on ${dayOf(first.signed.issued_at)}. We signed that then, and the signature was checked in this browser.`,
      proven: [
        `We signed that ${nameOf(first.signed)} made ${inspection.file ? 'exactly this file' : 'the file with this digest'}, on ${dayOf(first.signed.issued_at)}.`,
        ...(inspection.file ? ['Not one byte of it was changed since.'] : []),
        'We cannot take that back.',
      ],
      unproven: [
        ...(inspection.file ? [] : ['That a file you have is this one: drop it and see.']),
        WHO,
        EARLIER,
      ],
    };
  if (first)
    return {
      tone: 'unsure',
      title: `Made here, by ${first.model.title}, as our records say.`,
      text: `These bytes are ${WHAT[first.role] ?? 'a file'} from ${dayOf(first.made_at)}, for which there is no signed statement to check.`,
      proven: ['Our records know exactly these bytes, and nothing in them was changed.'],
      unproven: ['That the record is true: there is no signature to hold it against.', WHO],
    };
  if (manifest?.state === 'invalid')
    return {
      tone: 'bad',
      title: 'Changed since it was signed.',
      text: 'There are Content Credentials in the file, and they do not fit it: what they say is not to be relied on.',
      proven: ['The file and what was signed do not fit together.'],
      unproven: ['What was changed, and by whom.', 'Whether what its credentials say was ever true of it.'],
    };
  if (manifest?.state === 'trusted')
    return {
      tone: 'good',
      title: 'It carries our signature, and is whole.',
      text: 'The Content Credentials in the file were signed with our certificate, and not a byte changed since.',
      proven: ['We signed what its credentials say, and not a byte changed since.'],
      unproven: [WHO, EARLIER],
    };
  if (alike && alike[0])
    return {
      tone: 'unsure',
      title: `Not the file that was made here, but it ${inspection.compared === 'sound' ? 'sounds' : 'looks'} like one.`,
      text: `${alike[0].model.title} made something on ${dayOf(alike[0].made_at)} that is ${alike[0].sure === 'likely' ? 'probably' : 'almost certainly'} the same: this may be a copy in another format or size.`,
      proven: [],
      unproven: ['That this is the same work: alike is a hint.', NEAR, WHO],
    };
  if (manifest)
    return {
      tone: 'unsure',
      title: 'Signed by somebody else.',
      text: 'The Content Credentials in the file are whole. Who signed them is not known to us, so what they say is theirs to answer for.',
      proven: ['It is as its signer left it.'],
      unproven: [
        'That the signer is who they say, and that what they say is true.',
        'That it was made here.',
      ],
    };
  if (shown)
    return {
      tone: 'good',
      title: 'The statement is signed by us.',
      text: inspection.digest
        ? 'It holds for this file.'
        : 'Now drop the file that it is about: its bytes have to be those that the statement names.',
      proven: [
        'We signed what the statement says.',
        ...(inspection.digest ? ['It is about exactly this file.'] : []),
      ],
      unproven: [...(inspection.digest ? [] : ['That any file you have is the one it is about.']), EARLIER],
    };
  if (made && (alike || !inspection.file))
    return {
      tone: 'plain',
      title: 'Nothing here knows this file.',
      text: 'We find no trace of it. That proves nothing about who made it: it may come from elsewhere, or be changed too much.',
      proven: [],
      unproven: [
        'That it was made here.',
        'That it was not: cut, covered or changed too much, it is no longer found.',
        'Whether a person or a machine made it.',
      ],
    };
  return null;
}

/** As it was signed: the title beside it is what our server says today. */
const nameOf = ({ release }: NonNullable<Made['signed']>) => `${release.model} ${release.version}`;

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
