import {
  bundling,
  type Count,
  counting,
  type Entry,
  type Judge,
  type Outcome,
  qualifying,
  roomForBallots,
  type RulesDocument,
  writing,
} from '@stellary/judging';
import type { Context } from '../context.ts';
import { asId, type EntryId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db, Tx } from '../kit/database.ts';
import * as campaigns from '../modules/campaigns/index.ts';
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
export type Breathe = Counting['breathe'];

const file = (said: unknown): { bytes: Uint8Array } => ({ bytes: Buffer.from(JSON.stringify(said)) });

/** One file of a text that comes in pieces. */
async function filed(pieces: Iterable<string | null>, breathe: Breathe): Promise<{ bytes: Uint8Array }> {
  const written: Buffer[] = [];
  for (const piece of pieces) {
    if (piece !== null) written.push(Buffer.from(piece));
    await breathe();
  }
  return { bytes: Buffer.concat(written) };
}

export const steps: Record<Exclude<competitions.TallyStep, 'published'>, Step> = {
  /** Qualifying is over: its ballots have their places, and the last root is out. */
  async qualifying_frozen(context, { category, round, breathe }) {
    const entries = await entriesOf(context, { category, round }, () => 'qualifying');
    const cast = await castIn(context, category, { entries, phase: 'qualifying' });
    return filed(writing({ entries, ...cast, finalists: null }), breathe);
  },

  /** Who is in the final: they are voted on from now on, and judges see their sheets. */
  async finalists_found(context, { category, round, files, breathe }) {
    const frozen = await readQualifying(context, files);
    await breathe();
    const { finalists } = await ended(qualifying(countOf(frozen, { category, round })), breathe);
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
    const { tally, category, round, breathe } = under_way;
    const finalists = await finalistsOf(context, under_way);
    const inFinal = new Set(finalists);
    const phaseOf = (id: string) => (inFinal.has(id) ? 'final' : 'qualifying');
    const entries = await entriesOf(context, { category, round }, phaseOf);
    const voided = await competitions.voidedVoters(context.db, category.id);
    const cast =
      tally.version > 1
        ? await frozenBefore(context, tally, entries)
        : await castIn(context, category, { entries, phase: 'final' });
    const voters = cast.voters.map((voter) =>
      voided.has(voter.id) ? { ...voter, barred: 'VOTE_FRAUD' } : voter,
    );
    return filed(writing({ ...cast, entries, voters, finalists }), breathe);
  },

  async counted(context, { tally, category, round, files, breathe }) {
    const frozen = await readFrozen(context, files);
    const { judges } = await readHeard(context, files);
    const count = await wholeCount(context.db, frozen, judges, { category, round });
    // whoever counts again shall find the finalists too, unless what was voided since would change who they are
    const finding =
      tally.version === 1 ? await ended(counting({ ...count, finalists: null }), breathe) : null;
    if (finding && sameEntries(finding, frozen.finalists ?? []))
      return file({ outcome: finding, finalists: null });
    return file({ outcome: await ended(counting(count), breathe), finalists: count.finalists });
  },

  /** What looks odd, as advice for those at the desk; and what pages show, so that nobody reads all ballots for it. */
  async looked_over(context, { category, files, breathe }) {
    const frozen = await readFrozen(context, files);
    const { outcome } = await readCounted(context, files);
    await breathe();
    const places = outcome.places.map(({ entry }) => asId<EntryId>(entry));
    const { entries, voters, ballots } = frozen;
    const { overdispersion, alarm } = outcome.reliability;
    const relations = await relationsAmong(context.db, category.id, places);
    const networks = await networksOf(context, category);
    const looks = competitions.looksAt(
      { entries, voters, networks, ballots, strengths: outcome.strengths, relations, overdispersion, alarm },
      (error) => context.log.error({ err: error }, 'an anomaly could not be looked for'),
    );
    const anomalies = await ended(looks, breathe);
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
    return filed(bundling(published, outcome), breathe);
  },
};

/** From which networks members voted, as digests of this category alone, by their pseudonyms. */
async function networksOf(
  { db, ballot_key }: Context,
  { id }: competitions.Category,
): Promise<Map<string, string[]>> {
  const voters = await competitions.votersOf(db, id);
  const networks = await campaigns.networksOf(
    db,
    voters.map(({ person_id }) => person_id),
  );
  return new Map(
    voters.map(({ pseudonym, person_id }) => [
      pseudonym,
      (networks.get(person_id) ?? []).map((one) => competitions.linkDigest(ballot_key, id, one)),
    ]),
  );
}

/** Others get their turn between the steps of a long computation. */
export async function ended<T>(under_way: Generator<unknown, T>, breathe: Breathe): Promise<T> {
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
  ballots,
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
  { entries, phase }: { entries: Entry[]; phase: 'qualifying' | 'final' },
): Promise<Omit<Frozen, 'entries' | 'finalists'>> {
  if (category.kind === 'models') {
    const users = await modelUsersOf(context.db, category.id);
    const support = Object.fromEntries(users.map(({ entry_id, people }) => [entry_id, people]));
    return { voters: [], ballots: roomForBallots(0), roots: [], support };
  }
  await closeBallots(context, category.id);
  await assertClosed(context, category.id, phase);
  return { ...(await competitions.ballotsOf(context.db, category.id, { entries, phase })), support: null };
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
  const people = Map.groupBy(
    await competitions.peopleOf(
      db,
      entries.map(({ id }) => id),
    ),
    ({ entry_id }) => entry_id,
  );
  const pseudonym = (person_id: competitions.Entry['person_id']) =>
    competitions.pseudonymOf(ballot_key, { round_id: round.id, kind: category.kind }, person_id);
  return entries.map(({ id, show_digest, asset_digest, state, reason }) => ({
    id,
    asset: show_digest ?? asset_digest,
    persons: (people.get(id) ?? [])
      .filter(({ accepted_at }) => accepted_at !== null)
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
async function finalistsOf({ db, media }: Context, { tally, files }: Counting): Promise<string[]> {
  if (tally.version === 1) return readFinalists({ media }, files);
  const all = await competitions.talliesOf(db, [tally.category_id]);
  const first = present(
    all.find(({ version }) => version === 1),
    'the first version',
  );
  return readFinalists({ media }, await competitions.stepsOfTally(db, first.id));
}

/** What the version before was counted from. Its ballots name entries by their places, which are those of now. */
async function frozenBefore(context: Context, tally: competitions.Tally, entries: Entry[]): Promise<Frozen> {
  const before = await versionBefore(context.db, tally);
  const frozen = await readFrozen(context, await competitions.stepsOfTally(context.db, before.id));
  const same = frozen.entries.every(({ id }, place) => entries[place]?.id === id);
  if (frozen.ballots.length > 0 && !same)
    throw new Error(`other entries than were voted on stand in category ${tally.category_id}`);
  return frozen;
}

async function heardBefore(context: Context, tally: competitions.Tally): Promise<Heard | null> {
  if (tally.version === 1) return null;
  const before = await versionBefore(context.db, tally);
  return readHeard(context, await competitions.stepsOfTally(context.db, before.id));
}

async function bundleBefore(db: Db, tally: competitions.Tally): Promise<string | null> {
  return tally.version === 1 ? null : (await versionBefore(db, tally)).bundle_digest;
}
