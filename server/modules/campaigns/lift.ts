/** A part of an audience, and how many of it did what the campaign is for. */
export type Group = { people: number; converted: number };

export type Lift = {
  verdict: 'no_holdout' | 'too_few' | 'may_be_chance' | 'more' | 'fewer';
  /** The rate of those who were shown it less that of those held out, with the ends of its 95 % interval. */
  difference: number | null;
  low: number | null;
  high: number | null;
};

/** Below these nothing is said: of so few people each one moves the answer. */
const GROUP_MIN = 30;
const EITHER_WAY_MIN = 5;
/** Of 95 %. */
const Z = 1.959964;

/**
 * What a campaign brought: the difference between two independent proportions with Newcombe's interval, made of Wilson's
 * for each of them (R. G. Newcombe, Interval estimation for the difference between independent proportions: comparison
 * of eleven methods, Statistics in Medicine 17, 1998, 873-890, method 10). Everybody counts in the group that they were
 * put into, whether or not they looked.
 */
export function liftOf(shown: Group, held_out: Group): Lift {
  const nothing = { difference: null, low: null, high: null };
  if (held_out.people === 0) return { verdict: 'no_holdout', ...nothing };
  const did = shown.converted + held_out.converted;
  const did_not = shown.people + held_out.people - did;
  const smallest = Math.min(shown.people, held_out.people);
  if (smallest < GROUP_MIN || Math.min(did, did_not) < EITHER_WAY_MIN)
    return { verdict: 'too_few', ...nothing };
  const { difference, low, high } = newcombe(shown, held_out);
  const verdict = low > 0 ? 'more' : high < 0 ? 'fewer' : 'may_be_chance';
  return { verdict, difference, low, high };
}

export function newcombe(one: Group, other: Group) {
  const [p, q] = [one.converted / one.people, other.converted / other.people];
  const [of_p, of_q] = [wilson(one), wilson(other)];
  return {
    difference: p - q,
    low: p - q - Math.hypot(p - of_p.low, of_q.high - q),
    high: p - q + Math.hypot(of_p.high - p, q - of_q.low),
  };
}

/** Wilson's interval of a proportion (1927): it stays between 0 and 1, also of few people and of rare things. */
function wilson({ people, converted }: Group) {
  const p = converted / people;
  const middle = (p + Z ** 2 / (2 * people)) / (1 + Z ** 2 / people);
  const half = (Z / (1 + Z ** 2 / people)) * Math.sqrt((p * (1 - p)) / people + Z ** 2 / (4 * people ** 2));
  return { low: middle - half, high: middle + half };
}
