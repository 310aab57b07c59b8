import { expect, test } from 'vitest';
import { chosenHandle, cleanBio, cleanDisplayName, handlesFor, skeleton } from './names.ts';

const refusedAt = (path: string) =>
  expect.objectContaining({ code: 'INVALID_INPUT', data: { issues: [expect.objectContaining({ path })] } });

test.each([
  ['  Ada   Lovelace ', 'Ada Lovelace'],
  ['Ｆｕｌｌ', 'Full'],
  ['田中 Tanaka さくら', '田中 Tanaka さくら'],
  ['Мария', 'Мария'],
  ["Zoë d'Ångström 3rd 🌙", "Zoë d'Ångström 3rd 🌙"],
])('%j is shown as %j', (raw, name) => expect(cleanDisplayName(raw)).toBe(name));

test.each([
  ['a zero-width space', 'Ada\u200BLovelace'],
  ['right-to-left override', 'Ada\u202Egnp.exe'],
  ['a line break', 'Ada\nAdmin'],
  ['Cyrillic letters among Latin ones', 'Аdа Lovelace'],
  ['a heap of marks', 'A\u0301\u0302\u0303\u0304da'],
  ['nothing to read', '~ ~ ~'],
  ['a blank letter', '\u3164'],
  ['the house itself', 'Stellary'],
  ['nearly the house', 'Ste11ary-Support'],
  ['the staff', 'Admin'],
])('a name with %s is refused', (_, raw) =>
  expect(() => cleanDisplayName(raw)).toThrow(refusedAt('display_name')),
);

test.each(['4dm1n', 'M0derator', 'S-u-p-p-o-r-t', '0fficial', 'Ｓｔａｆｆ', 'Support Team', 'St3||ary'])(
  '%s passes for somebody official',
  (raw) => expect(() => cleanDisplayName(raw)).toThrow(refusedAt('display_name')),
);

test('an admin may be called Admin', () => expect(cleanDisplayName('Admin', ['admin'])).toBe('Admin'));

test('a bio keeps its lines and nothing unseen', () => {
  expect(cleanBio(' one\r\ntwo ')).toBe('one\ntwo');
  expect(() => cleanBio('one\u2066two')).toThrow(refusedAt('bio'));
});

test.each([
  ['Mira Solberg', 'mira-so1berg'],
  ['Mira Solberg', 'MlRA.S0LBERG'],
  ['Tonfall', 'tonfa||'],
  ['Zoë', 'zoe'],
  ['modern', 'modem'],
  ['Сосо', 'coco'],
])('%s and %s look alike', (one, other) => expect(skeleton(one)).toBe(skeleton(other)));

test('names that differ to the eye stay apart', () => {
  const names = [
    'Mira Solberg',
    'Mara Solberg',
    'Person 2',
    'Person 6',
    'Person 22',
    '田中',
    '田口',
    'Maria',
  ];
  expect(new Set(names.map(skeleton)).size).toBe(names.length);
});

test.each([
  'admin',
  '4dm1n',
  'xn--80ak6aa92e',
  'm0derator',
  'api',
  'stellary',
  'ste-llary',
  'stellary-team',
  'support',
])('the handle %s is reserved', (handle) => expect(() => chosenHandle(handle)).toThrow(refusedAt('handle')));

test.each([
  ['Straße Ørsted', 'strasse-orsted'],
  ['Мария Шишкина', 'mariya-shishkina'],
  ['Αθηνά', 'athina'],
  ['a-very-long-name-that-goes-on-and-on-forever', 'a-very-long-name-that-go'],
])('%s becomes @%s', (name, handle) => expect(handlesFor(name)[0]).toBe(handle));

test('whatever the name, every handle is in the form of the contract', () => {
  for (const name of ['田中', 'Jo', '!!!a', 'Admin', '🌙 9', 'x'.repeat(60)]) {
    for (const handle of handlesFor(name)) expect(handle).toMatch(/^[a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9]$/);
  }
});
