import {
  ballotTable,
  type Count,
  counting,
  type Entry,
  type Judge,
  makeBundle,
  type Outcome,
  type RulesDocument,
  tallyQualifying,
} from '@stellary/judging';
import type { Context } from '../context.ts';
import { asId, type EntryId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db, Tx } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import { modelUsersOf } from '../views/competitions/model-users.ts';
import { relationsAmong } from '../views/competitions/relations.ts';
import {
  type Frozen,
  type Heard,
  readCounted,
  readFinalists,
  readFrozen,
  readHeard,
  readQualifying,
  shownOf,
} from '../views/competitions/tally-files.ts';
import { assertClosed, closeBallots } from './close-ballots.ts';
import { hearPanel } from './hear-panel.ts';
import { openVoting } from './open-voting.ts';

/** One counting under way: what it is of, and the files that its steps have made so far. */
export type Counting = {
  tally: competitions.Tally;
  category: competitions.Category;
  round: competitions.Round;
  files: Map<string, string>;
  breathe: () => Promise<void>;
};

/** What a step made: a file, and what is written with its row; or what it waits for. */
type Made = { bytes: Uint8Array; also?: (tx: Tx) => Promise<void> } | { waits_for: string };
type Step = (context: Context, counting: Counting) => Promise<Made>;

const SYSTEM = { id: 'system', as: 'system' };
const file = (said: unknown): { bytes: Uint8Array } => ({ bytes: Buffer.from(JSON.stringify(said)) });

export const steps: Record<Exclude<competitions.TallyStep, 'published'>, Step> = {
  /** Qualifying is over: its ballots have their places, and the last root is out. */
  async qualifying_frozen(context, { category, round }) {
    const cast = await castIn(context, category, 'qualifying');
    const entries = await entriesOf(context, { category, round }, () => 'qualifying');
    return file({ entries, ...cast, finalists: null });
  },

  /** Who is in the final: they are voted on from now on, and judges see their sheets. */
  async finalists_found(context, { category, round, files, breathe }) {
    const frozen = await readQualifying(context, files);
    await breathe();
    const { finalists } = tallyQualifying(countOf(frozen, { category, round }));
    const entry_ids = finalists.map((id) => asId<EntryId>(id)).sort();
    return {
      ...file({ finalists }),
      async also(tx) {
        const at = context.clock.now();
        await competitions.insertFinalists(tx, category.id, entry_ids);
        for (const { id, state } of await competitions.entriesByIds(tx, entry_ids))
          // who was disqualified a moment ago stays so, and is out of the order
          if (state === 'eligible') await competitions.moveEntry(tx, 'choose', { id, by: SYSTEM, at });
        const { kind } = category;
        if (kind !== 'models') await openVoting(tx, { category_id: category.id, kind }, 'final', at);
      },
    };
  },

  /** The final is over. Every ranking that was committed to is opened, or is void with the reason; five must count. */
  async panel_heard(context, counting) {
    const finalists = await finalistsOf(context, counting);
    const before = await heardBefore(context, counting.tally);
    const heard = await hearPanel(context, counting, { finalists, before });
    return 'waits_for' in heard ? heard : file(heard);
  },

  /** What is counted, as it is now. A later version is counted from what the first was, but for what it is there for. */
  async ballots_frozen(context, under_way) {
    const { tally, category, round } = under_way;
    const finalists = await finalistsOf(context, under_way);
    const inFinal = new Set(finalists);
    const phaseOf = (id: string) => (inFinal.has(id) ? 'final' : 'qualifying');
    const entries = await entriesOf(context, { category, round }, phaseOf);
    const voided = await competitions.voidedVoters(context.db, category.id);
    const cast =
      tally.version > 1 ? await frozenBefore(context, tally) : await castIn(context, category, 'final');
    const voters = cast.voters.map((voter) =>
      voided.has(voter.id) ? { ...voter, barred: 'VOTE_FRAUD' } : voter,
    );
    return file({ ...cast, entries, voters, finalists });
  },

  async counted(context, { tally, category, round, files, breathe }) {
    const frozen = await readFrozen(context, files);
    const { judges } = await readHeard(context, files);
    const count = await wholeCount(context.db, frozen, judges, { category, round });
    // whoever counts again shall find the finalists too, unless what was voided since would change who they are
    const finding = tally.version === 1 ? await ended({ ...count, finalists: null }, breathe) : null;
    if (finding && sameEntries(finding, frozen.finalists ?? []))
      return file({ outcome: finding, finalists: null });
    return file({ outcome: await ended(count, breathe), finalists: count.finalists });
  },

  /** What looks odd, as advice for those at the desk; and what pages show, so that nobody reads all ballots for it. */
  async looked_over(context, { category, files, breathe }) {
    const frozen = await readFrozen(context, files);
    const { outcome } = await readCounted(context, files);
    await breathe();
    const places = outcome.places.map(({ entry }) => asId<EntryId>(entry));
    const strengths = new Map(frozen.entries.map(({ id }, index) => [id, outcome.strengths[index] ?? null]));
    const { overdispersion, alarm } = outcome.reliability;
    const looked_at = {
      ...{ voters: frozen.voters, ballots: frozen.ballots, strengths, overdispersion, alarm },
      relations: await relationsAmong(context.db, category.id, places),
    };
    const anomalies = competitions.anomaliesOf(looked_at, (error) =>
      context.log.error({ err: error }, 'an anomaly could not be looked for'),
    );
    return file({ anomalies, shown: shownOf(outcome, frozen) });
  },

  /** Everything that the places follow from, in one text that anybody can count again. */
  async bundled(context, { tally, category, round, files, breathe }) {
    const frozen = await readFrozen(context, files);
    const { judges } = await readHeard(context, files);
    const { outcome, finalists } = await readCounted(context, files);
    const previous = await bundleBefore(context.db, tally);
    await breathe();
    const count = await wholeCount(context.db, frozen, judges, { category, round });
    const reason = tally.version === 1 ? null : tally.says;
    const published = {
      ...{ ...count, finalists, rules: rulesOf(round), roots: frozen.roots },
      ...{ version: tally.version, previous, reason },
    };
    return { bytes: Buffer.from(makeBundle(published, outcome)) };
  },
};

async function ended(count: Count, breathe: () => Promise<void>): Promise<Outcome> {
  const under_way = counting(count);
  for (;;) {
    const { done, value } = under_way.next();
    if (done) return value;
    await breathe();
  }
}

const sameEntries = ({ finalists }: Outcome, ids: readonly string[]): boolean =>
  finalists.length === ids.length && finalists.every(({ entry }) => ids.includes(entry));

type Of = { category: competitions.Category; round: competitions.Round };

const rulesOf = ({ rules_text }: competitions.Round): RulesDocument =>
  JSON.parse(present(rules_text, 'the rules of a round that is counted')) as RulesDocument;

type Counted = Pick<Frozen, 'entries' | 'voters' | 'ballots' | 'support'>;

const countOf = ({ entries, voters, ballots, support }: Counted, { category, round }: Of) => ({
  competition: round.id,
  category: category.kind,
  seed: present(round.seed, 'the seed of a round that is counted').toString('hex'),
  rules: rulesOf(round).judging,
  entries,
  voters,
  ballots: ballotTable(entries, voters, ballots),
  finalists: null,
  support,
});

async function wholeCount(db: Db, frozen: Frozen, panel: Judge[], of: Of): Promise<Count> {
  const prizes = await competitions.prizesOf(db, of.category.id);
  return {
    ...countOf(frozen, of),
    panel,
    prizes: prizes.map(({ amount_nanos }) => String(amount_nanos)),
    finalists: frozen.finalists,
  };
}

/** What was voted so far, in the order in which it was cast; of models, what members made with them. */
async function castIn(
  context: Context,
  category: competitions.Category,
  phase: 'qualifying' | 'final',
): Promise<Omit<Frozen, 'entries' | 'finalists'>> {
  if (category.kind === 'models') {
    const users = await modelUsersOf(context.db, category.id);
    const support = Object.fromEntries(users.map(({ entry_id, people }) => [entry_id, people]));
    return { voters: [], ballots: [], roots: [], support };
  }
  await closeBallots(context, category.id);
  await assertClosed(context, category.id, phase);
  const { voters, ballots, roots } = await competitions.ballotsOf(context.db, category.id);
  const until = phase === 'final' ? ballots : ballots.filter((ballot) => ballot.phase === 'qualifying');
  return { voters, ballots: until, roots, support: null };
}

/** Entries in ascending order of their ids: those that were voted on, and why one of them is out. */
async function entriesOf(
  context: Context,
  { category, round }: Of,
  phaseOf: (id: string) => 'qualifying' | 'final',
): Promise<Entry[]> {
  const { db, ballot_key } = context;
  const all = await competitions.entriesOf(db, category.id, COUNTED);
  // of models, and of a single entry, nobody votes in pairs
  const showings =
    category.kind === 'models' ? [] : await competitions.showingsOf(db, category.id, 'qualifying');
  const contenders = new Set(showings.map(({ entry_id }) => entry_id));
  const entries = all.filter(({ id }) => contenders.size === 0 || contenders.has(id));
  const people = await competitions.peopleOf(
    db,
    entries.map(({ id }) => id),
  );
  const pseudonym = (person_id: competitions.Entry['person_id']) =>
    competitions.pseudonymOf(ballot_key, { round_id: round.id, kind: category.kind }, person_id);
  return entries.map(({ id, show_digest, asset_digest, state, reason }) => ({
    id,
    asset: show_digest ?? asset_digest,
    persons: people
      .filter(({ entry_id, accepted_at }) => entry_id === id && accepted_at !== null)
      .map(({ person_id }) => pseudonym(person_id))
      .sort(),
    out: OUT.has(state) ? { from: phaseOf(id), reason: reason ?? state } : null,
  }));
}
const OUT = new Set<string>(['disqualified', 'declined', 'unresponsive']);
const COUNTED: readonly competitions.EntryState[] = [
  ...(['eligible', 'finalist', 'provisional_winner', 'verified', 'awarded'] as const),
  ...(['disqualified', 'declined', 'unresponsive'] as const),
];

async function versionBefore(
  db: Db,
  { category_id, version }: competitions.Tally,
): Promise<competitions.Tally> {
  const all = await competitions.talliesOf(db, [category_id]);
  return present(
    all.find((one) => one.version === version - 1),
    'the version before',
  );
}

/** As they were at the close of qualifying, in every version. */
async function finalistsOf(context: Context, { tally, files }: Counting): Promise<string[]> {
  if (tally.version > 1) return (await frozenBefore(context, tally)).finalists ?? [];
  return readFinalists(context, files);
}

async function frozenBefore(context: Context, tally: competitions.Tally): Promise<Frozen> {
  const before = await versionBefore(context.db, tally);
  return readFrozen(context, await competitions.stepsOfTally(context.db, before.id));
}

async function heardBefore(context: Context, tally: competitions.Tally): Promise<Heard | null> {
  if (tally.version === 1) return null;
  const before = await versionBefore(context.db, tally);
  return readHeard(context, await competitions.stepsOfTally(context.db, before.id));
}

async function bundleBefore(db: Db, tally: competitions.Tally): Promise<string | null> {
  return tally.version === 1 ? null : (await versionBefore(db, tally)).bundle_digest;
}
