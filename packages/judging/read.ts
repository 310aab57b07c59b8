// A strict reader: what has one field too many, or one that is not what it should be, is no bundle.
import { BUNDLE_FORMAT, type Bundle } from './bundle.ts';
import { type Ballots, CLASSES, isAscending, isName, PHASES, PLACES, STELLAR_JUDGE } from './kinds.ts';
import { hex, isHash, sha256InPieces, utf8 } from './sha256.ts';
import { finish, type Step } from './steps.ts';
import { COLUMNS, columnsOf, decode, RANGES, readWritten, writing } from './table-text.ts';

/** One thing that was looked at: by which name, whether it is as it must be, and what was seen. */
export type Finding<Name extends string = string> = { name: Name; holds: boolean; detail: string };

export type Reading = {
  /** Null when a finding does not hold. */
  bundle: Bundle | null;
  /** It has all the fields of a bundle and can be counted, whatever its digest says. */
  countable: Bundle | null;
  findings: Finding<'json' | 'fields' | 'canonical' | 'digest'>[];
};

/** Reads a bundle from its text. It never throws. */
export const readBundle = (text: string | Uint8Array): Reading => finish(reading(text));

/**
 * The same with pauses. Ballots are read into columns where the text is as it is written here, so that a million and a
 * half need no objects; any other text is read like any JSON.
 */
export function* reading(text: string | Uint8Array): Generator<Step, Reading> {
  const bytes = typeof text === 'string' ? utf8(text) : text;
  const findings: Reading['findings'] = [];
  let value: unknown;
  const look = function* (name: Reading['findings'][number]['name'], at: () => Generator<Step, string>) {
    const finding = yield* looked(name, at);
    findings.push(finding);
    return finding.holds;
  };
  const can_be_counted =
    (yield* look('json', function* () {
      yield { step: 'read', done: 0 };
      value = readWritten(bytes) ?? JSON.parse(decode(bytes));
      return `${bytes.length} bytes`;
    })) &&
    (yield* look('fields', function* () {
      yield { step: 'read', done: bytes.length };
      value = demandBundle(value);
      return sizeOf(value as Bundle);
    }));
  if (!can_be_counted) return { bundle: null, countable: null, findings };

  // every field was just looked at
  const bundle = value as Bundle;
  yield* look('canonical', () => rewritten(bundle, bytes));
  yield* look('digest', () => digested(bundle));
  return { bundle: findings.every(({ holds }) => holds) ? bundle : null, countable: bundle, findings };
}

function* looked<Name extends string>(
  name: Name,
  at: () => Generator<Step, string>,
): Generator<Step, Finding<Name>> {
  try {
    return { name, holds: true, detail: yield* at() };
  } catch (error) {
    return { name, holds: false, detail: sentenceOf(error) };
  }
}

/** Written once more it is the same, to the byte. */
function* rewritten(bundle: Bundle, bytes: Uint8Array): Generator<Step, string> {
  let at = 0;
  for (const piece of writing(bundle)) {
    for (const byte of utf8(piece))
      if (bytes[at++] !== byte) throw new Error('it is not in the one canonical form');
    yield { step: 'read', done: at };
  }
  if (at !== bytes.length) throw new Error('it is not in the one canonical form');
  return 'RFC 8785';
}

function* digested({ digest, ...rest }: Bundle): Generator<Step, string> {
  const hashed = sha256InPieces();
  let done = 0;
  for (const piece of writing(rest)) {
    hashed.add(utf8(piece));
    yield { step: 'read', done: (done += piece.length) };
  }
  const found = hex(hashed.digest());
  if (found !== digest) throw new Error(`it says ${digest} and is ${found}`);
  return digest;
}

const sizeOf = ({ ballots, voters }: Bundle): string =>
  `${ballots.length} ballots of ${voters.length} voters`;

export const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'it cannot be looked at';

/** Throws an Error that names the first field that is amiss. */
type Rule = (value: unknown, at: string) => void;

const is =
  (holds: (value: unknown) => boolean, what: string): Rule =>
  (value, at) => {
    if (!holds(value)) throw new Error(`${at || 'the file'} is ${what}`);
  };
const whole = (min: number, max: number): Rule =>
  is(
    (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
    `no whole number from ${min} to ${max}`,
  );
const text = is((value) => typeof value === 'string', 'no text');
const name = is(isName, 'no name');
const hash = is(isHash, 'no hash');
const number = is((value) => typeof value === 'number' && value >= 0, 'no number that is not negative');
const flag = is((value) => typeof value === 'boolean', 'neither true nor false');
const exactly = (...values: unknown[]): Rule =>
  is((value) => values.includes(value), `none of ${values.join(', ')}`);
const orNull =
  (rule: Rule): Rule =>
  (value, at) => {
    if (value !== null) rule(value, at);
  };
const list =
  (rule: Rule, max = Infinity): Rule =>
  (value, at) => {
    if (!Array.isArray(value)) throw new Error(`${at} is no list`);
    if (value.length > max) throw new Error(`${at} has more than ${max}`);
    for (const [index, one] of value.entries()) rule(one, `${at}[${index}]`);
  };
const row =
  (rules: readonly Rule[]): Rule =>
  (value, at) => {
    if (!Array.isArray(value) || value.length !== rules.length)
      throw new Error(`${at} is no row of ${rules.length}`);
    for (const [index, rule] of rules.entries()) rule(value[index], `${at}[${index}]`);
  };
const object =
  (rules: Record<string, Rule>, open = false): Rule =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error(`${at || 'the file'} is no object`);
    const fields: Record<string, unknown> = { ...value };
    for (const field of Object.keys(fields))
      if (!open && !Object.hasOwn(rules, field)) throw new Error(`${at || 'the file'} has a field ${field}`);
    for (const [field, rule] of Object.entries(rules)) rule(fields[field], at ? `${at}.${field}` : field);
  };
const record =
  (rule: Rule): Rule =>
  (value, at) => {
    object({}, true)(value, at);
    for (const [field, one] of Object.entries({ ...(value as object) })) rule(one, `${at}.${field}`);
  };
const both =
  (...rules: Rule[]): Rule =>
  (value, at) => {
    for (const rule of rules) rule(value, at);
  };
const ascending = is(
  (value) => Array.isArray(value) && isAscending(value.map(({ id }: { id: string }) => id)),
  'not in ascending order of ids, each once',
);
const INT = 2 ** 31 - 1;
const amount = is((value) => typeof value === 'string' && /^(0|[1-9]\d{0,38})$/.test(value), 'no amount');
const day = is((value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value), 'no day');

const rows = list(row(COLUMNS.map((column) => whole(RANGES[column][0], RANGES[column][1]))));

const outcome = object({
  judge: exactly(STELLAR_JUDGE),
  mode: exactly('two_chambers', 'alarm', 'experts_only', 'undecided'),
  why: exactly(null, 'PANEL_TOO_SMALL'),
  comparisons_per_entry: number,
  reliability: object({
    cut: orNull(is(Number.isFinite, 'no number')),
    removed: whole(0, INT),
    overdispersion: orNull(number),
    alarm: flag,
  }),
  sweeps: row([whole(0, INT), whole(0, INT)]),
  strengths: list(orNull(number)),
  finalists: list(
    object({
      entry: name,
      strength: orNull(number),
      score_ppm: orNull(whole(0, 1_000_000)),
      final_strength: orNull(number),
      final_score_ppm: orNull(whole(0, 1_000_000)),
      community_rank: orNull(whole(1, INT)),
      experts_rank: orNull(whole(1, INT)),
      experts_sum: orNull(whole(0, INT)),
      position: orNull(whole(1, INT)),
      top5: orNull(whole(0, INT)),
    }),
  ),
  panel: list(
    object({ judge: name, void: orNull(text), agrees: orNull(whole(-INT, INT)), pairs: whole(0, INT) }),
  ),
  places: list(object({ place: whole(1, PLACES), entry: name, shared: whole(1, INT), amount })),
  unused: amount,
  samples: whole(0, INT),
  fifth_before_sixth: orNull(whole(0, INT)),
  statistical_tie: orNull(flag),
  voters: list(row([number, text, number, text, ...Array.from({ length: 4 }, () => whole(0, INT))])),
  strengths_digest: hash,
  final_strengths_digest: hash,
});

const shape = object({
  format: exactly(BUNDLE_FORMAT),
  version: whole(1, INT),
  previous: orNull(hash),
  reason: orNull(text),
  competition: name,
  category: name,
  rules: object(
    {
      judging: object({
        judge: exactly(STELLAR_JUDGE),
        ties: exactly('lots', 'shared'),
        samples: whole(0, 100_000),
      }),
    },
    true,
  ),
  rules_hash: hash,
  seed: hash,
  seed_commitment: hash,
  entries: both(
    list(
      object({
        id: name,
        asset: hash,
        persons: list(name),
        out: orNull(object({ from: exactly(...PHASES), reason: text })),
      }),
    ),
    ascending,
  ),
  voters: both(
    list(object({ id: name, class: exactly(...CLASSES), cluster: orNull(text), barred: orNull(text) })),
    ascending,
  ),
  ballots: object({}, true),
  support: orNull(record(whole(0, INT))),
  roots: list(object({ day, size: whole(0, INT), root: hash })),
  panel: list(
    object({
      id: name,
      name: text,
      ranking: orNull(list(name)),
      salt: text,
      commitment: hash,
      barred: orNull(text),
    }),
  ),
  prizes: list(amount, PLACES),
  finalists: orNull(list(name)),
  outcome,
  digest: hash,
});

/** A bundle in every field, and in what one field alone cannot say. */
function demandBundle(value: unknown): Bundle {
  object({}, true)(value, '');
  const read = withColumns({ ...(value as { ballots?: unknown }) });
  shape(read, '');
  // every field was just looked at
  const bundle = read as Bundle;
  const { version, previous, entries, voters, ballots, finalists } = bundle;
  if ((version === 1) !== (previous === null)) throw new Error('only the first version names none before it');
  if (version > 1 && finalists === null) throw new Error('a later version keeps the finalists of the first');
  const ids = new Set(entries.map(({ id }) => id));
  for (const [index, id] of (finalists ?? []).entries())
    if (!ids.has(id) || finalists?.indexOf(id) !== index)
      throw new Error(`finalists[${index}] is no entry, or twice there`);
  for (let at = 0; at < ballots.length; at += 1) {
    if (ballots.voter[at]! >= voters.length)
      throw new Error(`ballots[${at}] names a voter that there is not`);
    if (Math.max(ballots.left[at]!, ballots.right[at]!) >= entries.length)
      throw new Error(`ballots[${at}] names an entry that there is not`);
  }
  return bundle;
}

/** Ballots lie in columns where they were read so, and in rows where the text was any JSON. */
function withColumns(value: { ballots?: unknown }): { ballots: Ballots } {
  if (isColumns(value.ballots)) return { ...value, ballots: value.ballots };
  rows(value.ballots, 'ballots');
  return { ...value, ballots: columnsOf(value.ballots as number[][]) };
}

/** No JSON has such an object. */
const isColumns = (ballots: unknown): ballots is Ballots =>
  typeof ballots === 'object' &&
  ballots !== null &&
  'phase' in ballots &&
  ballots.phase instanceof Uint8Array;
