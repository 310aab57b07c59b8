import { createHash } from 'node:crypto';
import {
  parseRawPattern,
  RegExpMatcher,
  resolveConfusablesTransformer,
  resolveLeetSpeakTransformer,
  toAsciiLowerCaseTransformer,
} from 'obscenity';
import { HOUSE_POLICY } from './rules.ts';
import { spellingsOf } from './spelling.ts';

/** Why a prompt is refused, and what its writer is told. The name is a promise; the words may change. */
export const REASONS = {
  sexual_minors: 'Nothing sexual may be made with or about children or teenagers.',
  sexual_explicit:
    'Pornography is not made here. Nudity as art is another matter: describe it without sexual acts.',
  real_person: 'Nobody may be shown undressed or in a fake scene without having agreed to it.',
  hate: 'Nothing is made here that calls for harm to a group of people, or demeans them.',
  self_harm:
    'Self-harm is not shown or encouraged here. If this is about you: you are not alone, and findahelpline.com names somebody to talk to in your country.',
  violence_extreme: 'Cruelty to people or animals is not shown here in detail.',
  illegal_goods: 'Weapons, drugs, false papers and false money are not made here.',
  operator_policy: 'The operator of this installation does not allow this.',
} as const;
export type Reason = keyof typeof REASONS;

/** Either a phrase alone, or one of `words` with one of `near` at most `within` words away. */
export type Rule = { id: string; reason: Reason } & (
  { phrases: readonly string[] } | { words: readonly string[]; near: readonly string[]; within: number }
);
export type Policy = {
  version: string;
  /** What looks like something else: a word inside one of these does not count. */
  harmless: readonly string[];
  rules: readonly Rule[];
};

export type Verdict = { allowed: true } | { allowed: false; reason: Reason; rule: string };

const ALLOWED: Verdict = { allowed: true };
/** Whether a text may be made into something. Rules are asked in their order; the first that speaks is the reason. */
export function judgePrompt(text: string, policy: Policy = HOUSE_POLICY): Verdict {
  const { verdicts, judge } = compiledOf(policy);
  const name = text.length <= NAME_CHARS_MAX ? text : createHash('sha256').update(text).digest('base64');
  const known = verdicts.get(name);
  if (known) return known;
  const verdict = judge(spellingsOf(text));
  if (verdicts.size >= REMEMBERED_MAX) verdicts.clear();
  verdicts.set(name, verdict);
  return verdict;
}

/** People make one prompt many times, with other seeds and other models. */
const REMEMBERED_MAX = 500;
/** Longer ones are remembered by their digest. */
const NAME_CHARS_MAX = 500;

type Compiled = { verdicts: Map<string, Verdict>; judge(spellings: readonly string[]): Verdict };
const compiled = new WeakMap<Policy, Compiled>();

function compiledOf(policy: Policy): Compiled {
  const known = compiled.get(policy);
  if (known) return known;
  const fresh: Compiled = { verdicts: new Map(), judge: judgeOf(policy) };
  compiled.set(policy, fresh);
  return fresh;
}

type Term = { rule: Rule; role: 'phrase' | 'word' | 'near' };
/** Where a term of a rule stands, in words from the beginning. */
type Found = { role: Term['role']; from: number; to: number };

function judgeOf({ rules, harmless }: Policy): Compiled['judge'] {
  const terms = rules.flatMap((rule): (Term & { text: string })[] =>
    'phrases' in rule
      ? rule.phrases.map((text) => ({ rule, role: 'phrase', text }))
      : [
          ...rule.words.map((text) => ({ rule, role: 'word' as const, text })),
          ...rule.near.map((text) => ({ rule, role: 'near' as const, text })),
        ],
  );
  const matcher = new RegExpMatcher({
    blacklistedTerms: terms.map(({ text }, id) => ({ id, pattern: parseRawPattern(`|${text}|`) })),
    whitelistedTerms: [...harmless],
    blacklistMatcherTransformers: [
      resolveConfusablesTransformer(),
      resolveLeetSpeakTransformer(),
      toAsciiLowerCaseTransformer(),
    ],
  });

  function foundIn(spelling: string): Map<Rule, Found[]> {
    const found = new Map<Rule, Found[]>();
    const matches = matcher.getAllMatches(spelling);
    if (matches.length === 0) return found;
    const words = wordsBefore(spelling);
    for (const { termId, startIndex, endIndex } of matches) {
      const term = terms[termId];
      if (!term) continue;
      const its = found.get(term.rule) ?? [];
      its.push({ role: term.role, from: words[startIndex] ?? 0, to: words[endIndex] ?? 0 });
      found.set(term.rule, its);
    }
    return found;
  }

  return (spellings) => {
    const found = spellings.map(foundIn);
    const broken = rules.find((rule) => found.some((its) => breaks(rule, its.get(rule) ?? [])));
    return broken ? { allowed: false, reason: broken.reason, rule: broken.id } : ALLOWED;
  };
}

function breaks(rule: Rule, its: readonly Found[]): boolean {
  if ('phrases' in rule) return its.length > 0;
  const near = its.filter(({ role }) => role === 'near');
  if (near.length === 0 || near.length === its.length) return false;
  // how many of the words up to each place belong to one of them: a text of nothing else is read once, too
  const count = new Uint32Array(Math.max(...its.map(({ to }) => to)) + rule.within + 2);
  for (const { from, to } of near) count.fill(1, from + 1, to + 2);
  for (let at = 1; at < count.length; at += 1) count[at] = (count[at] ?? 0) + (count[at - 1] ?? 0);
  return its.some(({ role, from, to }) => {
    const before = count[Math.max(0, from - rule.within)] ?? 0;
    return role === 'word' && (count[to + rule.within + 1] ?? 0) > before;
  });
}

/** How many words end before each place. */
function wordsBefore(spelling: string): Uint32Array {
  const words = new Uint32Array(spelling.length + 1);
  for (let at = 0; at < spelling.length; at += 1)
    words[at + 1] = (words[at] ?? 0) + (spelling[at] === ' ' ? 1 : 0);
  return words;
}
