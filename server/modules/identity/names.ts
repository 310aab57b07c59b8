import { randomInt } from 'node:crypto';
import { refuse } from '../../refuse.ts';
import type { Role } from './policy.ts';

/** Names that would pass for the house or for a part of the site. */
const RESERVED = new Set(
  `about abuse account accounts admin administrator api apps assets auth billing blog bot cdn contact creator creators
  dashboard dev docs earnings everyone explore faq feed finance generate generation generations help home house inbox info
  invalid jobs judge legal library login logout mail me media member moderator models news nobody null official owner
  postmaster press pricing privacy profile receipts register releases reviewer robots root search security settings
  shop sign-in sign-out sign-up signin signup staff static status stelai store studio superuser support system team terms
  test undefined user users verified wallet webmaster welcome www`.split(/\s+/),
);
/** Display names that would pass for somebody who may ask for things. */
const OFFICIAL = new Set(
  `admin administrator billing finance moderator official postmaster security staff superuser support system team
  webmaster`.split(/\s+/),
);
const HOUSE = /stel+ary/;

/** Whether a text says the name of the house, also spelled with digits. */
export const namesTheHouse = (text: string) => HOUSE.test(skeleton(text));

/** What is easily taken for another letter, after NFKD has undone full width, ligatures and bold. */
const LOOKS_LIKE: Record<string, string> = {
  0: 'o', 1: 'l', i: 'l', '|': 'l', '!': 'l', 3: 'e', 4: 'a', '@': 'a', 5: 's', $: 's',
  ı: 'l', ł: 'l', ø: 'o', đ: 'd', ħ: 'h', ŋ: 'n', ɡ: 'g', ß: 'ss', æ: 'ae', œ: 'oe',
  а: 'a', с: 'c', ԁ: 'd', е: 'e', һ: 'h', і: 'l', ӏ: 'l', ј: 'j', к: 'k', м: 'm', о: 'o', р: 'p', ԛ: 'q', ѕ: 's',
  т: 't', у: 'y', ԝ: 'w', х: 'x', α: 'a', ε: 'e', ι: 'l', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x',
}; // prettier-ignore

/**
 * What a name looks like at a glance: two names with one skeleton pass for each other. A small part of
 * Unicode TS 39, enough for names of one script; `rn` is read as `m` and `vv` as `w`.
 */
export function skeleton(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const folded = [...plain].map((letter) => LOOKS_LIKE[letter] ?? letter).join('');
  return folded
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}

const OFFICIAL_SKELETONS = new Set([...OFFICIAL].map(skeleton));

/** Of the parts of the site only the very word: who is called Horne need not look like `home`. */
const isReserved = (handle: string) =>
  RESERVED.has(handle) || soundsOfficial(handle) || namesTheHouse(handle);

/** "A d m i n" as well as "Support Team": the whole, or every word of it. */
const soundsOfficial = (name: string) =>
  OFFICIAL_SKELETONS.has(skeleton(name)) ||
  name.split(/[^\p{L}\p{N}|!@$]+/u).every((word) => OFFICIAL_SKELETONS.has(skeleton(word)));

const wrong = (path: string, message: string): never =>
  refuse('INVALID_INPUT', { issues: [{ path, message }] });

export function cleanEmail(raw: string): string {
  const email = raw.trim().toLowerCase();
  // reserved by RFC 2606, and where the house accounts live: no mail ever arrives there
  if (/[@.]invalid$/.test(email)) wrong('email', 'Mail cannot be delivered to this address.');
  return email;
}

export function chosenHandle(handle: string): string {
  // `xn--…` is how a domain name spells other scripts; a handle may become a part of one
  if (isReserved(handle) || handle.startsWith('xn--')) wrong('handle', 'This handle is reserved.');
  return handle;
}

const STAFF_NAMES: readonly Role[] = ['admin'];

/** A name to be shown beside what somebody made or says: readable, and not one that speaks for the house. */
export function cleanDisplayName(raw: string, roles: readonly Role[] = []): string {
  const name = cleanName(raw, 'display_name');
  const mayPass = roles.some((role) => STAFF_NAMES.includes(role));
  if (!mayPass && (soundsOfficial(name) || soundsOfficial(foldToHandle(name)) || namesTheHouse(name)))
    wrong('display_name', 'This name is reserved.');
  return name;
}

export const tooClose = (): never => wrong('display_name', 'This is too close to another creator’s name.');

/** One line, one script, nothing invisible: what is read is what was written. */
export function cleanName(raw: string, path: string): string {
  const refused = (message: string) => wrong(path, message);
  if (UNSEEN.test(raw)) refused('The name holds characters that cannot be seen.');
  const name = raw.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  if (UNSEEN.test(name)) refused('The name holds characters that cannot be seen.');
  if (name.length > 60) refused('The name is longer than 60 characters.');
  if (!/[\p{L}\p{N}]/u.test(name)) refused('The name needs a letter or a digit.');
  if (/\p{M}{3,}/u.test(name.normalize('NFD')))
    refused('The name holds too many marks above or below a letter.');
  if (!isOneScript(name)) refused('The name mixes letters of several scripts.');
  return name;
}

/** A bio may run over several lines and join letters and emoji, and holds nothing else that cannot be seen. */
export function cleanBio(raw: string): string {
  const bio = raw.normalize('NFC').replace(/\r\n?/g, '\n').trim();
  if (UNSEEN.test(bio.replace(/[\n\u200C\u200D]/g, '')))
    wrong('bio', 'The text holds characters that cannot be seen.');
  return bio;
}

/** Control, format (bidi among them), private and unassigned characters, line breaks, and blank letters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0\u2800]/u;

/** Scripts that people do write together (Unicode TS 39, "highly restrictive"). */
const TOGETHER = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
].map((scripts) => new RegExp(`^[${scripts.map((script) => `\\p{sc=${script}}`).join('')}]*$`, 'u'));
const ALONE =
  `Cyrillic Greek Armenian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada
  Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Ethiopic Khmer Mongolian`
    .split(/\s+/)
    .map((script) => new RegExp(`^\\p{sc=${script}}*$`, 'u'));

function isOneScript(name: string): boolean {
  const letters = name.replace(/[\p{sc=Common}\p{sc=Inherited}]/gu, '');
  return [...TOGETHER, ...ALONE].some((script) => script.test(letters));
}

const SPELLINGS: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', ħ: 'h', ŋ: 'n',
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'zh', з: 'z', и: 'i', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o',
  п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '',
  э: 'e', ю: 'yu', я: 'ya', і: 'i', є: 'ye', ґ: 'g',
  α: 'a', β: 'v', γ: 'g', δ: 'd', ε: 'e', ζ: 'z', η: 'i', θ: 'th', ι: 'i', κ: 'k', λ: 'l', μ: 'm', ν: 'n', ξ: 'x',
  ο: 'o', π: 'p', ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f', χ: 'ch', ψ: 'ps', ω: 'o',
}; // prettier-ignore

function foldToHandle(name: string): string {
  const plain = name.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  const spelled = [...plain].map((letter) => SPELLINGS[letter] ?? letter).join('');
  return spelled.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
}

/** Handles to try for a name, best first; the last ones are as good as certain to be free. */
export function handlesFor(display_name: string): string[] {
  const folded = foldToHandle(display_name).slice(0, 24).replace(/-+$/, '');
  const stem = folded === '' || isReserved(folded) ? 'member' : folded;
  const numbered = (digits: number) => `${stem}-${randomInt(10 ** (digits - 1), 10 ** digits)}`;
  const tries = [`${stem}-2`, `${stem}-3`, numbered(3), numbered(4), numbered(5), numbered(5)];
  return stem.length >= 3 && stem !== 'member' ? [stem, ...tries] : tries;
}
