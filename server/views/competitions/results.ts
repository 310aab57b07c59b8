import {
  type CategoryResults,
  type Dispute,
  DISQUALIFICATIONS,
  DisqualificationReason,
  type Results,
  SheetNotes,
} from '#api/competitions/results-shapes.ts';
import { resultsAreOut } from '#api/competitions/results-out.ts';
import type { Context } from '../../context.ts';
import { type AccountId, asId, type JudgeId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import type { Caller } from '../../modules/identity/index.ts';
import { refuse } from '../../refuse.ts';
import { no, YES } from '../can.ts';
import { people } from '../people.ts';
import { hasGainFrom, standsIn } from './own-interest.ts';
import { NOTHING_COMMITTED, readHeard, readLookedOver } from './tally-files.ts';
import { whyNotConfirm } from './why-not-confirm.ts';
import { shownWorks } from './works.ts';

export type Viewer = Caller['account'];

const FINAL = new Set<string>(['final', 'settled', 'archived']);

/** What came of a round, for whoever looks; before everything is counted there is nothing of it. */
export async function resultsOf(context: Context, viewer: Viewer, slug: string): Promise<Results> {
  const { db, clock } = context;
  const round = await competitions.roundBySlug(db, slug);
  if (!round || round.state === 'draft') refuse('NOT_FOUND');
  const out = resultsAreOut(round.state);
  const categories = await competitions.categoriesOf(db, round.id);
  const confirmations = await confirmationsShown(db, round.id);
  const out_at = out ? ((await lastPublished(db, categories)) ?? null) : null;
  return {
    now: clock.now().toISOString(),
    round: {
      ...{ slug, title: round.title, month: round.month },
      ...{ theme: round.theme, state: round.state },
    },
    provisional: out && !FINAL.has(round.state),
    provisional_at: out_at?.toISOString() ?? null,
    disputes_until: out ? round.disputes_until.toISOString() : null,
    final_at: confirmations[1] && FINAL.has(round.state) ? confirmations[1].at : null,
    seed_commitment: round.seed_commitment?.toString('hex') ?? null,
    seed: out ? (round.seed?.toString('hex') ?? null) : null,
    rules_digest: round.rules_digest,
    categories: out
      ? await Promise.all(
          categories.map((category) => categoryResults(context, viewer, { category, out_at })),
        )
      : [],
    disputes: out ? await disputesShown(context, viewer, round) : [],
    confirmations,
    can: {
      dispute: await whyNotDispute(db, viewer, round, categories, clock.now()),
      confirm: await mayConfirm(db, viewer, round, clock.now()),
    },
  };
}

export async function confirmationsShown(db: Db, round_id: competitions.Round['id']) {
  const rows = await competitions.confirmationsOf(db, round_id);
  const newest = rows.at(-1)?.standings;
  const person = await people(
    db,
    rows.map(({ person_id }) => person_id),
  );
  return rows
    .filter(({ standings }) => standings === newest)
    .map(({ person_id, at }) => ({ person: person(person_id), at: at.toISOString() }));
}

async function lastPublished(
  db: Db,
  categories: readonly competitions.Category[],
): Promise<Date | undefined> {
  const tallies = await competitions.talliesOf(
    db,
    categories.map(({ id }) => id),
  );
  return tallies
    .flatMap(({ version, published_at }) => (version === 1 && published_at ? [published_at] : []))
    .sort((one, other) => other.getTime() - one.getTime())[0];
}

async function whyNotDispute(
  db: Db,
  viewer: Viewer,
  round: competitions.Round,
  categories: readonly competitions.Category[],
  at: Date,
) {
  if (FINAL.has(round.state)) return no('The time for disputes is over.');
  if (round.state !== 'dispute_window') return no('There are no results yet.');
  if (at >= round.disputes_until) return no('The time for disputes is over.');
  if (!viewer) return no('Sign in first.');
  for (const { id } of categories)
    if ((await standsIn(db, id, viewer.id)) || (await competitions.votersAmong(db, id, [viewer.id])).size > 0)
      return YES;
  return no('Results are disputed by those who entered or voted.');
}

export async function mayConfirm(db: Db, viewer: Viewer, round: competitions.Round, at: Date) {
  if (!viewer?.roles.some((role) => role === 'editor' || role === 'admin'))
    return no('Organisers confirm results.');
  const [why] = await whyNotConfirm(db, round, at);
  if (why) return no(why);
  if (await hasGainFrom(db, round.id, viewer.id))
    return no('You have an entry in this round, or are near to a winner.');
  return YES;
}

/** Disputes, for everybody: who wrote one is told to its author and to those at the desk. */
export async function disputesShown(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  viewer: Viewer,
  round: competitions.Round,
): Promise<Dispute[]> {
  const at = clock.now();
  const disputes = await competitions.disputesOf(db, round.id);
  return Promise.all(disputes.map((dispute) => disputeShown({ db, viewer, at }, dispute)));
}

async function disputeShown(
  { db, viewer, at }: { db: Db; viewer: Viewer; at: Date },
  dispute: competitions.ResultDispute,
): Promise<Dispute> {
  const { id, text, state, ruled_by, appeal, appealed_at, appeal_ruled_by } = dispute;
  const until = competitions.appealUntil(dispute);
  const atDesk = viewer?.roles.some((role) => role === 'moderator' || role === 'admin') ?? false;
  const mine = viewer?.id === dispute.person_id;
  const person = await people(
    db,
    [dispute.person_id, ruled_by, appeal_ruled_by].filter((one) => one !== null),
  );
  const rulingOf = (reason: string | null, by: AccountId | null, ruled_at: Date | null) =>
    reason !== null && ruled_at !== null
      ? { reason, by: atDesk && by ? person(by) : null, at: ruled_at.toISOString() }
      : null;
  const category = present(
    await competitions.categoryById(db, dispute.category_id),
    'the category of a dispute',
  );
  return {
    ...{ id, text, state, mine, kind: category.kind, at: dispute.at.toISOString() },
    by: mine || atDesk ? person(dispute.person_id) : null,
    ruling: rulingOf(dispute.ruling, ruled_by, dispute.ruled_at),
    appeal_until: until?.toISOString() ?? null,
    appeal:
      appeal !== null && appealed_at !== null
        ? {
            ...{ text: appeal, at: appealed_at.toISOString() },
            ruling: rulingOf(dispute.appeal_ruling, appeal_ruled_by, dispute.appeal_ruled_at),
          }
        : null,
    can: {
      rule: whyNotRule({ atDesk, mine, waits: state === 'open' }),
      appeal: !mine
        ? no('Its author appeals.')
        : appeal !== null
          ? no('You have appealed.')
          : until && at < until
            ? YES
            : no(state === 'rejected' ? 'The time for it is over.' : 'Nothing was decided against it.'),
      rule_on_appeal:
        state === 'appealed' && ruled_by !== null && ruled_by === viewer?.id
          ? no('You have ruled on it: somebody else answers.')
          : whyNotRule({ atDesk, mine, waits: state === 'appealed' }),
    },
  };
}

function whyNotRule({ atDesk, mine, waits }: { atDesk: boolean; mine: boolean; waits: boolean }) {
  if (!atDesk) return no('Moderators decide this.');
  if (mine) return no('It is your own.');
  return waits ? YES : no('It is decided.');
}

/** Of a published version: what was counted, and what came out, as the files of its steps have it. */
async function countedOf(context: Context, category: competitions.Category) {
  const tallies = await competitions.talliesOf(context.db, [category.id]);
  const published = tallies.filter(({ published_at }) => published_at !== null);
  const tally = present(published.at(-1), 'a published counting');
  const files = await competitions.stepsOfTally(context.db, tally.id);
  const [{ shown }, heard] = await Promise.all([readLookedOver(context, files), readHeard(context, files)]);
  return { tally, published, outcome: shown, heard };
}
type Counted = Awaited<ReturnType<typeof countedOf>>;

async function categoryResults(
  context: Context,
  viewer: Viewer,
  { category, out_at }: { category: competitions.Category; out_at: Date | null },
): Promise<CategoryResults> {
  const { db } = context;
  const counted = await countedOf(context, category);
  const { tally, published, outcome } = counted;
  const places = await competitions.placesOf(db, category.id, tally.version);
  const mine = viewer ? await competitions.entriesBy(db, category.id, [viewer.id]) : [];
  const shown = await competitions.entriesByIds(db, [
    ...new Set([
      ...outcome.finalists.map(({ entry }) => entry),
      ...places.map(({ entry_id }) => entry_id),
      ...mine.map(({ entry_id }) => entry_id),
    ]),
  ]);
  const works = await shownWorks(context, shown);
  const workOf = (id: string) => present(works.get(id), 'a work of the results');
  const ranks = ranksOf(counted);
  const finalists = outcome.finalists.toSorted(
    (one, other) => (one.position ?? Infinity) - (other.position ?? Infinity),
  );
  return {
    ...{ id: category.id, kind: category.kind, theme: category.theme, version: tally.version },
    counted_by:
      outcome.mode === 'undecided' ? 'nobody' : outcome.mode === 'experts_only' ? 'experts' : 'both',
    announced: [
      ...announcedOf(counted, (await competitions.prizesOf(db, category.id)).length),
      ...(await notBlind(db, counted, out_at)),
    ],
    places: places.map((place) => ({
      ...ranks(place.entry_id),
      ...{ slot: place.place_slot, place: place.place, shared: place.shared, work: workOf(place.entry_id) },
      amount_nanos: String(place.amount_nanos),
    })),
    finalists: finalists.map(({ entry, position }, index) => ({
      ...ranks(entry),
      ...{ rank: position ?? index + 1, work: workOf(entry), out: whyOut(counted, entry) },
      statistical_tie: outcome.statistical_tie === true && (position === 5 || position === 6),
    })),
    jurors: await jurorsOf(context, counted),
    entries: outcome.entries.length,
    ballots: outcome.ballots,
    voters: outcome.voters,
    exclusions: outcome.exclusions,
    alarm: outcome.reliability.alarm,
    fifth_is_tie: outcome.statistical_tie === true,
    algorithm: outcome.judge,
    bundle_digest: present(tally.bundle_digest, 'the digest of a published counting'),
    changes: changesOf(published),
    mine: shown
      .filter(({ id }) => mine.some(({ entry_id }) => entry_id === id))
      .map(({ id, state, reason }) => ({
        ...ranks(id),
        ...{ work: workOf(id), state, reason, rank: rankOf(counted, id) },
      })),
  };
}

export const changesOf = (published: readonly competitions.Tally[]): CategoryResults['changes'] =>
  published.flatMap(({ version, reason, says, published_at }) =>
    version === 1 || !published_at ? [] : [{ version, reason, says, at: published_at.toISOString() }],
  );

type Ranks = Pick<
  CategoryResults['finalists'][number],
  'community_rank' | 'expert_rank' | 'sum' | 'strength' | 'p_top5_ppm' | 'in_both'
>;
const BOTH_TOP = 10;

/** What the counting found of an entry, as it found it: nothing here is worked out anew. */
function ranksOf({ outcome }: Counted): (entry: string) => Ranks {
  const finalistOf = new Map(outcome.finalists.map((finalist) => [finalist.entry, finalist]));
  const strengthOf = new Map(outcome.entries.map(({ id }, index) => [id, outcome.strengths[index] ?? null]));
  return (entry) => {
    const { community_rank = null, experts_rank = null, top5 = null } = finalistOf.get(entry) ?? {};
    const strength = strengthOf.get(entry) ?? null;
    const known = community_rank !== null && experts_rank !== null;
    return {
      community_rank,
      expert_rank: experts_rank,
      sum: known ? community_rank + experts_rank : null,
      strength: strength === null ? null : String(strength),
      p_top5_ppm: top5 === null ? null : Math.round((top5 * 1_000_000) / outcome.samples),
      in_both: known && community_rank <= BOTH_TOP && experts_rank <= BOTH_TOP,
    };
  };
}

/** Of a finalist its place in the order; of others, how they stood in qualifying. */
function rankOf({ outcome }: Counted, entry: string): number | null {
  const finalist = outcome.finalists.find((one) => one.entry === entry);
  if (finalist) return finalist.position;
  const index = outcome.entries.findIndex(({ id }) => id === entry);
  const strength = outcome.strengths[index];
  if (strength == null) return null;
  return 1 + outcome.strengths.filter((other) => other !== null && other > strength).length;
}

function whyOut({ outcome }: Counted, entry: string): string | null {
  const out = outcome.entries.find(({ id }) => id === entry)?.out;
  if (!out) return null;
  const reason = DisqualificationReason.safeParse(out.reason);
  return reason.success ? DISQUALIFICATIONS[reason.data] : out.reason;
}

function announcedOf({ outcome, published }: Counted, prizes: number): string[] {
  const says = [
    outcome.mode === 'experts_only' &&
      'Only the experts decided: there were fewer than ten entries, or fewer than thirty comparisons for each.',
    outcome.mode === 'alarm' &&
      'Voters agreed more unevenly than chance would have them, so that the order of the experts counted among those whom members had put high enough.',
    outcome.finalists.length === 0 && 'Nothing was in the final; the prizes go back to the pool.',
    outcome.mode === 'undecided' &&
      outcome.finalists.length > 0 &&
      'Too few rankings of experts count, so nothing is decided.',
    outcome.mode !== 'undecided' &&
      outcome.places.length < prizes &&
      `There are ${outcome.places.length} places instead of ${prizes}; what nobody won goes back to the pool.`,
    ...published.slice(1).map((one) => one.says),
  ];
  return says.filter((one) => one !== false);
}

/** Whose ranking counts although they could have read the results before they made it. */
async function notBlind(db: Db, { heard }: Counted, out_at: Date | null): Promise<string[]> {
  const ranked = heard.judges.flatMap(({ id, ranking }) => (ranking ? [asId<JudgeId>(id)] : []));
  const judges = await competitions.judgesByIds(db, ranked);
  return judges
    .filter(({ invited_at }) => out_at !== null && invited_at > out_at)
    .map(({ display_name }) => `${display_name} was asked to judge when the results were out: not blind.`);
}

async function jurorsOf({ db }: Context, { outcome, heard }: Counted): Promise<CategoryResults['jurors']> {
  const ids = heard.judges.map(({ id }) => asId<JudgeId>(id));
  const judges = await Promise.all(ids.map((id) => competitions.judgeById(db, id)));
  const person = await people(
    db,
    judges.flatMap((judge) => judge?.person_id ?? []),
  );
  return heard.judges.map(({ id, name, ranking, commitment }, index) => {
    const verdict = outcome.panel.find(({ judge }) => judge === id);
    const notes = SheetNotes.safeParse(heard.sheets.find(({ judge }) => judge === id)?.notes);
    const judge = judges[index];
    return {
      ...{ name, person: judge ? person(judge.person_id) : null, order: ranking ?? [] },
      notes: notes.success ? notes.data : {},
      digest: commitment === NOTHING_COMMITTED ? null : commitment,
      void: verdict?.void != null,
      reason: verdict?.void ?? null,
      tau: verdict?.agrees == null || verdict.pairs === 0 ? null : verdict.agrees / verdict.pairs,
    };
  });
}

/** One dispute to whoever wrote or decided it. */
export async function ownDispute(
  context: Context,
  viewer: Viewer,
  id: competitions.ResultDispute['id'],
): Promise<Dispute> {
  const dispute = present(await competitions.disputeById(context.db, id), 'a dispute');
  return disputeShown({ db: context.db, viewer, at: context.clock.now() }, dispute);
}

/** The disputes of a round, as far as its results are out. */
export async function listedDisputes(context: Context, viewer: Viewer, slug: string): Promise<Dispute[]> {
  const round = await competitions.roundBySlug(context.db, slug);
  if (!round || round.state === 'draft') refuse('NOT_FOUND');
  return resultsAreOut(round.state) ? disputesShown(context, viewer, round) : [];
}
