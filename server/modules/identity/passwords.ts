import { argon2, type Argon2Parameters, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { AccountId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import { namesTheHouse } from './names.ts';
import * as store from './store.ts';

/** That somebody knew the password of this account a moment ago, and which one it was. */
export type Proof = { account_id: AccountId; password_hash: string };

/** Checks e-mail and password. Unknown addresses take as long and are answered the same as wrong passwords. */
export async function authenticate(db: Db, given: { email: string; password: string }): Promise<Proof> {
  const unknown = await nobodysHash();
  const known = await store.passwordWhere(db, 'email', given.email.trim().toLowerCase());
  const right = await verify(given.password, known?.password_hash ?? unknown);
  return known && right
    ? { account_id: known.id, password_hash: known.password_hash }
    : refuse('WRONG_CREDENTIALS');
}

/** Asks a signed-in person for the password once more. */
export async function checkPassword(db: Db, account_id: AccountId, password: string): Promise<Proof> {
  const known = await store.passwordWhere(db, 'id', account_id);
  const right = await verify(password, known?.password_hash ?? (await nobodysHash()));
  return known && right ? { account_id, password_hash: known.password_hash } : refuse('WRONG_CREDENTIALS');
}

/** Sets a new password. With a proof only if the password is still the one that was proven. */
export async function changePassword(
  tx: Tx,
  change: { account_id: AccountId; password_hash: string; proof?: Proof },
): Promise<Proof> {
  const { account_id, password_hash, proof } = change;
  const changed = await store.updatePassword(tx, account_id, {
    to: password_hash,
    ...(proof && { from: proof.password_hash }),
  });
  if (!changed) refuse('WRONG_CREDENTIALS');
  return { account_id, password_hash };
}

/** Hashes a password that somebody wants to have, unless it is one that is tried first. Slow: call it outside transactions. */
export async function hashNewPassword(password: string, email: string): Promise<string> {
  if (isCommon(password, email.trim().toLowerCase())) refuse('PASSWORD_TOO_COMMON');
  return hash(password);
}

// --- which passwords are too common ---

let list: Set<string> | null = null;
const common = () =>
  (list ??= new Set(
    readFileSync(path.join(import.meta.dirname, 'common-passwords.txt'), 'utf8')
      .split('\n')
      .filter(Boolean),
  ));

export function isCommon(password: string, email: string): boolean {
  const lower = password.normalize('NFKC').toLowerCase();
  const plain = withoutLeet(lower);
  const local = email.split('@')[0] ?? '';
  return (
    common().has(lower) ||
    common().has(plain) ||
    (local.length >= 4 && lower.includes(local)) ||
    namesTheHouse(lower) ||
    isPattern(lower)
  );
}

const LEET: Record<string, string> = { '@': 'a', '4': 'a', '3': 'e', '0': 'o', $: 's', '5': 's' };
/** p@ssw0rd is password. What stands at the end is left: there a digit is mostly a digit. */
const withoutLeet = (text: string) => {
  const [, stem = '', tail = ''] = /^(.*?)([\d!?.]*)$/su.exec(text) ?? [];
  return stem.replace(/[@430$5]/g, (letter) => LEET[letter] ?? letter).replace(/[1!]/g, 'i') + tail;
};

/** One piece over and over (abcabcabcabc), two letters in any order, or a run up or down (fedcba9876 is not one). */
function isPattern(text: string): boolean {
  const letters = [...text];
  if (new Set(letters).size <= 2) return true;
  for (let size = 1; size <= letters.length / 2; size += 1) {
    if (letters.every((letter, index) => letter === letters[index % size])) return true;
  }
  const steps = letters
    .slice(1)
    .map((letter, index) => (letter.codePointAt(0) ?? 0) - (letters[index]?.codePointAt(0) ?? 0));
  return steps.every((step) => step === steps[0]);
}

// --- argon2id ---

/** OWASP's second recommendation (19 MiB, two passes, one lane); some 25 ms here. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

const argon2id = promisify((parameters: Argon2Parameters, done: (error: Error | null, tag: Buffer) => void) =>
  argon2('argon2id', parameters, done),
);
const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

async function hash(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES);
  const tag = await inTurn(() =>
    argon2id({ ...COST, message: password.normalize('NFKC'), nonce, tagLength: TAG_BYTES }),
  );
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${encode(nonce)}$${encode(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

async function verify(password: string, encoded: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(encoded) ?? [];
  if (!memory || !passes || !parallelism || !salt || !tag)
    throw new Error('a password hash is not in the form we write');
  const expected = Buffer.from(tag, 'base64');
  const given = await inTurn(() =>
    argon2id({
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
      message: password.normalize('NFKC'),
      nonce: Buffer.from(salt, 'base64'),
      tagLength: expected.length,
    }),
  );
  return timingSafeEqual(given, expected);
}

let dummy: Promise<string> | null = null;
/** The hash of a password that nobody has. */
const nobodysHash = () => (dummy ??= hash(randomBytes(32).toString('hex')));

/** Each hash takes 19 MiB and a core: two at once, a short line behind them, and no more. */
const AT_ONCE = 2;
const WAITING_MAX = 32;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(act: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING_MAX) refuse('RATE_LIMITED', { retry_after_s: 2 });
    // whoever leaves hands the place over, so `running` does not change
    await new Promise<void>((go) => waiting.push(go));
  } else running += 1;
  try {
    return await act();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
