import { CHARGED_MIN, factWords } from '#api/competitions/rule-words.ts';
import type { VotingFact, VotingPhase, WhyNotVote } from '#api/competitions/voting-shapes.ts';
import { DAY_MS } from '../../kit/clock.ts';

/**
 * What is known of somebody who wants to vote. Of a phone or a passkey this product knows of nobody: null, and whoever
 * has neither bought nor generated waits until they have.
 */
export type VoterFacts = {
  joined_at: Date;
  email_verified: boolean;
  bought: boolean;
  /** Generations that were charged and not of a model of their own; counted up to `CHARGED_MIN`. */
  charged: number;
  phone: boolean | null;
  passkey: boolean | null;
  /** Runs the competition, or judges in this category, or is close to somebody who does. */
  office: boolean;
  /** Stands in an entry of this category. */
  entrant: boolean;
};

/** The round that they want to vote in. */
export type VotedOn = { announced_at: Date; opens_at: Date };

const ESTABLISHED_DAYS = 30;

/** Every condition, whether it holds, and in words. The first two and the last two are needed, and one of the others. */
export const factsSaid = (facts: VoterFacts, { announced_at }: VotedOn): VotingFact[] => [
  fact('before_announcement', facts.joined_at < announced_at),
  fact('verified_email', facts.email_verified),
  fact('bought', facts.bought),
  fact('charged_generations', facts.charged >= CHARGED_MIN),
  fact('phone', facts.phone),
  fact('passkey', facts.passkey),
  fact('no_office', !facts.office),
  fact('no_entry', !facts.entrant),
];

const fact = (name: VotingFact['name'], holds: boolean | null): VotingFact => ({
  ...{ name, holds },
  says: factWords[name],
});

const NEEDED = ['before_announcement', 'verified_email', 'no_office', 'no_entry'] as const;
const ONE_OF: readonly VotingFact['name'][] = ['bought', 'charged_generations', 'phone', 'passkey'];

/** What is missing; null for whoever may vote. */
export function whyNotVote(facts: VoterFacts, voted_on: VotedOn): WhyNotVote | null {
  const said = factsSaid(facts, voted_on);
  const holds = (wanted: VotingFact['name']) => said.some((one) => one.name === wanted && one.holds);
  return NEEDED.find((name) => !holds(name)) ?? (ONE_OF.some(holds) ? null : 'unknown');
}

/** Whose account is younger has a quarter of a voice, and all of them together a tenth of the others'. */
export const classOf = (joined_at: Date, { opens_at }: VotedOn): 'established' | 'new' =>
  joined_at.getTime() <= opens_at.getTime() - ESTABLISHED_DAYS * DAY_MS ? 'established' : 'new';

export type Medium = 'image' | 'video' | 'music';

const GLANCE_MS = 2_000;
const HEARD_MS_MIN = 10_000;
const HEARD_MS_MAX = 45_000;

/** So long one work is looked at or heard before it is judged: a short one plays more than once. */
export const looksMs = (medium: Medium, duration_ms: number | null): number =>
  medium === 'image'
    ? GLANCE_MS
    : Math.min(HEARD_MS_MAX, Math.max(HEARD_MS_MIN, Math.ceil((duration_ms ?? 0) * 0.6)));

/** Two pictures are looked at side by side, films and pieces one after the other. */
export const pairLooksMs = (medium: Medium, left_ms: number, right_ms: number): number =>
  medium === 'image' ? Math.max(left_ms, right_ms) : left_ms + right_ms;

/** How long somebody looked, as it is published: in seconds, and no more than can be said of a person. */
export const dwellBucket = (dwell_ms: number): number => Math.min(255, Math.floor(dwell_ms / 1_000));

const HOUR_MS = 3_600_000;
export const hourOf = (at: Date): number => Math.floor(at.getTime() / HOUR_MS);

export type Tied = { pseudonym: string; links: readonly string[]; cluster: string | null };

/**
 * Who shares one voice: whoever is tied to somebody by a link, or by somebody who is. A name that was given before stays,
 * so that what a phase was counted with does not change after it; who has no name yet takes that of the others, or the
 * first pseudonym among them. Who stands alone is not in the answer.
 */
export function clustersOf(voters: readonly Tied[]): Map<string, string> {
  const above = voters.map((_, place) => place);
  const top = (place: number): number => {
    let at = place;
    while ((above[at] ?? at) !== at) at = above[at] = above[above[at] ?? at] ?? at;
    return at;
  };
  const firstWith = new Map<string, number>();
  for (const [place, { links, cluster }] of voters.entries())
    for (const link of cluster === null ? links : [...links, `cluster ${cluster}`]) {
      const first = firstWith.get(link);
      if (first === undefined) firstWith.set(link, place);
      else above[top(place)] = top(first);
    }
  const together = Map.groupBy(voters, (_, place) => top(place));
  const names = new Map<string, string>();
  for (const group of together.values()) {
    if (group.length < 2) continue;
    const [given] = group.flatMap(({ cluster }) => cluster ?? []).sort();
    const [first = ''] = group.map(({ pseudonym }) => pseudonym).sort();
    for (const { pseudonym, cluster } of group) names.set(pseudonym, cluster ?? given ?? first);
  }
  return names;
}

/** The phase in which members vote while a round is in a state. */
export const phaseOfState = (state: string): VotingPhase | null =>
  state === 'qualifying' ? 'qualifying' : state === 'final_round' ? 'final' : null;
