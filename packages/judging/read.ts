// A strict reader: what has one field too many, or one that is not what it should be, is no bundle.
import { BUNDLE_FORMAT, type Bundle, COLUMNS } from './bundle.ts';
import { canonical } from './canonical.ts';
import { CHOICES, CLASSES, isAscending, isName, PHASES, PLACES, STELLAR_JUDGE } from './kinds.ts';
import { isHash, sha256Hex } from './sha256.ts';

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
export function readBundle(text: string): Reading {
  const findings: Reading['findings'] = [];
  const look = (name: Reading['findings'][number]['name'], at: () => string): boolean => {
    try {
      findings.push({ name, holds: true, detail: at() });
      return true;
    } catch (error) {
      findings.push({ name, holds: false, detail: sentenceOf(error) });
      return false;
    }
  };
  let value: unknown;
  const can_be_counted =
    look('json', () => {
      value = JSON.parse(text);
      return `${text.length} characters`;
    }) && look('fields', () => sizeOf(value));
  if (!can_be_counted) return { bundle: null, countable: null, findings };

  // every field was just looked at
  const { digest, ...rest } = value as Bundle;
  const bundle = { ...rest, digest };
  look('canonical', () => {
    if (canonical(value) !== text) throw new Error('it is not in the one canonical form');
    return 'RFC 8785';
  });
  look('digest', () => {
    const found = sha256Hex(canonical(rest));
    if (found !== digest) throw new Error(`it says ${digest} and is ${found}`);
    return digest;
  });
  return { bundle: findings.every(({ holds }) => holds) ? bundle : null, countable: bundle, findings };
}

function sizeOf(value: unknown): string {
  demandBundle(value, '');
  const { ballots, voters } = value as Bundle;
  return `${ballots.length} ballots of ${voters.length} voters`;
}

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

const ballot = {
  phase: whole(0, PHASES.length - 1),
  voter: whole(0, INT),
  k: whole(0, INT),
  slot: whole(-1, INT),
  draw: whole(-1, INT),
  left: whole(0, INT),
  right: whole(0, INT),
  choice: whole(0, CHOICES.length - 1),
  damaged: whole(0, 2),
  dwell: whole(0, 255),
  hour: whole(0, INT),
} satisfies Record<(typeof COLUMNS)[number], Rule>;

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
  ballots: list(row(COLUMNS.map((column) => ballot[column]))),
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

/** What one field alone cannot say. */
function demandBundle(value: unknown, at: string) {
  shape(value, at);
  // every field was just looked at
  const { version, previous, entries, voters, ballots, finalists } = value as Bundle;
  if ((version === 1) !== (previous === null)) throw new Error('only the first version names none before it');
  if (version > 1 && finalists === null) throw new Error('a later version keeps the finalists of the first');
  const ids = new Set(entries.map(({ id }) => id));
  for (const [index, id] of (finalists ?? []).entries())
    if (!ids.has(id) || finalists?.indexOf(id) !== index)
      throw new Error(`finalists[${index}] is no entry, or twice there`);
  const [voter, left, right] = ['voter', 'left', 'right'].map((column) => COLUMNS.indexOf(column as 'voter'));
  for (const [index, cells] of ballots.entries()) {
    if ((cells[voter ?? 0] ?? 0) >= voters.length)
      throw new Error(`ballots[${index}] names a voter that there is not`);
    if (Math.max(cells[left ?? 0] ?? 0, cells[right ?? 0] ?? 0) >= entries.length)
      throw new Error(`ballots[${index}] names an entry that there is not`);
  }
}
