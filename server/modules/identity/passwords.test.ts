import { expect, test } from 'vitest';
import { hashNewPassword, isCommon } from './passwords.ts';

const email = 'marlene.dietz@example.com';

test.each([
  'password123',
  'P@ssw0rd123',
  'qwertyuiop',
  'QWERTYUIOP',
  'iloveyou1234',
  'aaaaaaaaaaaa',
  'abcabcabcabc',
  '1234567890',
  'abcdefghijkl',
  'x-marlene.dietz-x',
  'my stellary account',
  'ste11ary 4 ever',
])('%s is refused', async (password) => {
  expect(isCommon(password, email)).toBe(true);
  await expect(hashNewPassword(password, email)).rejects.toEqual(
    expect.objectContaining({ code: 'PASSWORD_TOO_COMMON' }),
  );
});

test.each(['seven lamps on a pier', 'vD7#mmQ0-trellis', 'ñandú cruza la pampa'])(
  '%s is taken',
  (password) => {
    expect(isCommon(password, email)).toBe(false);
  },
);

test('a hash says how it was made, and no two are alike', async () => {
  const [one, two] = await Promise.all([
    hashNewPassword('seven lamps on a pier', email),
    hashNewPassword('seven lamps on a pier', email),
  ]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(two);
});

test('a flood is turned away instead of filling the memory', async () => {
  const flood = await Promise.allSettled(
    Array.from({ length: 60 }, () => hashNewPassword('seven lamps on a pier', email)),
  );
  const away = flood.filter((one) => one.status === 'rejected');
  expect(away.length).toBe(60 - 2 - 32);
  expect(away[0]).toMatchObject({ reason: { code: 'RATE_LIMITED' } });
});
