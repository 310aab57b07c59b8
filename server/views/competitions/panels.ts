import { hash } from 'node:crypto';
import {
  type Judge,
  type JudgesOfCategory,
  JUDGES_LEAST,
  JUDGES_WANTED,
  type Panel,
  type PanelHead,
} from '#api/competitions/results-shapes.ts';
import { RUBRIC, RUBRIC_ASKS } from '#api/competitions/rubric.ts';
import { resultsAreOut } from '#api/competitions/results-out.ts';
import type * as z from 'zod';
import type { Context } from '../../context.ts';
import type { AccountId, JudgeId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as identity from '../../modules/identity/index.ts';
import { refuse } from '../../refuse.ts';
import { no, YES } from '../can.ts';
import { people } from '../people.ts';
import { judgeConflicts } from './judge-conflicts.ts';
import { emergencyUntil, revealsUntil } from './panel-times.ts';
import { blindWorks, samplesOfEntries } from './works.ts';

/** The panels of a round for those who organise it, and who else could be asked. */
export async function judgesOfRound(context: Context, slug: string) {
  const { db, clock } = context;
  const round = (await competitions.roundBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const categories = await competitions.categoriesOf(db, round.id);
  const candidates = await identity.listAccounts(db, { role: 'judge', after: null, limit: 200 });
  const ids = candidates.map(({ id }) => id);
  const conflicts = await Promise.all(
    categories.map((category) => judgeConflicts(db, { round, category }, ids)),
  );
  const panels: z.infer<typeof JudgesOfCategory>[] = [];
  for (const category of categories) {
    const judges = await presentJudges(context, { round, category });
    const ready = judges.filter(
      ({ state, conflicts: against }) => state === 'accepted' && against.length === 0,
    );
    panels.push({
      ...{ kind: category.kind, wanted: JUDGES_WANTED, least: JUDGES_LEAST, ready: ready.length, judges },
    });
  }
  return {
    now: clock.now().toISOString(),
    categories: panels,
    candidates: candidates.map(({ id, handle, display_name }) => ({
      person: { handle, display_name },
      conflicts: categories.flatMap(({ kind }, index) =>
        (conflicts[index]?.get(id) ?? []).map((conflict) => ({ kind, conflict })),
      ),
    })),
  };
}

export async function presentJudges(
  { db }: Context,
  { round, category }: { round: competitions.Round; category: competitions.Category },
): Promise<Judge[]> {
  const judges = await competitions.judgesAmong(db, [category.id]);
  const ids = judges.map(({ person_id }) => person_id);
  const [person, conflicts, rankings] = await Promise.all([
    people(db, ids),
    judgeConflicts(db, { round, category }, ids),
    competitions.rankingsOf(
      db,
      judges.map(({ id }) => id),
    ),
  ]);
  return judges.map((judge) => {
    const ranking = rankings.get(judge.id);
    return {
      ...{ id: judge.id, person: person(judge.person_id), kind: category.kind, state: judge.state },
      ...{ reason: judge.reason, declaration: judge.declaration, emergency: judge.emergency },
      conflicts: conflicts.get(judge.person_id) ?? [],
      invited_at: judge.invited_at.toISOString(),
      answered_at: judge.answered_at?.toISOString() ?? null,
      committed_at: ranking?.committed_at?.toISOString() ?? null,
      revealed_at: ranking?.revealed_at?.toISOString() ?? null,
    };
  });
}

/** One judge as organisers see them. */
export async function judgeShown(context: Context, id: JudgeId): Promise<Judge> {
  const { judge, round, category } = await fileOf(
    context,
    (await competitions.judgeById(context.db, id)) ?? refuse('NOT_FOUND'),
  );
  const judges = await presentJudges(context, { round, category });
  return present(
    judges.find((one) => one.id === judge.id),
    'a judge of a category',
  );
}

/** What somebody was asked to judge, the newest first. */
export async function ownPanels(context: Context, person_id: AccountId) {
  const judges = await competitions.panelsOfPerson(context.db, person_id);
  const items = await Promise.all(judges.map(async (judge) => headOf(context, await fileOf(context, judge))));
  return { now: context.clock.now().toISOString(), items };
}

type PanelFile = {
  judge: competitions.Judge;
  round: competitions.Round;
  category: competitions.Category;
  ranking: competitions.Ranking | undefined;
  /** Its first count is over, though others of the round may not be. */
  counted: boolean;
};

async function fileOf({ db }: Context, judge: competitions.Judge): Promise<PanelFile> {
  const [round, category, ranking, version] = await Promise.all([
    competitions.roundById(db, judge.round_id),
    competitions.categoryById(db, judge.category_id),
    competitions.rankingOf(db, judge.id),
    competitions.versionOut(db, judge.category_id),
  ]);
  return {
    judge,
    round: present(round, 'the round of a panel'),
    category: present(category, 'the category of a panel'),
    ranking,
    counted: version > 0,
  };
}

function headOf({ clock }: Context, { judge, round, category, ranking, counted }: PanelFile): PanelHead {
  const at = clock.now();
  const ends_at = judge.emergency ? emergencyUntil(judge) : round.tally_at;
  return {
    ...{ id: judge.id, kind: category.kind, theme: category.theme || round.theme, state: judge.state },
    round: { slug: round.slug, title: round.title, month: round.month },
    ends_at: ends_at.toISOString(),
    reveals_until: (judge.emergency ? ends_at : revealsUntil(round)).toISOString(),
    committed_at: ranking?.committed_at?.toISOString() ?? null,
    revealed_at: ranking?.revealed_at?.toISOString() ?? null,
    can: {
      accept:
        judge.state !== 'invited'
          ? no('You have answered.')
          : at >= ends_at
            ? no('It is too late for that.')
            : YES,
      decline: judge.state === 'invited' ? YES : no('You have answered.'),
      recuse:
        judge.state !== 'accepted'
          ? no('You do not judge here.')
          : counted || resultsAreOut(round.state)
            ? no('It is counted already.')
            : YES,
      rank: whyNotRank({ judge, round, ranking }, at, ends_at),
    },
  };
}

function whyNotRank(
  { judge, round, ranking }: Pick<PanelFile, 'judge' | 'round' | 'ranking'>,
  at: Date,
  ends_at: Date,
): PanelHead['can']['rank'] {
  if (judge.state === 'invited') return no('Accept first.');
  if (judge.state !== 'accepted') return no('You do not judge here.');
  if (ranking?.digest) return no('Your ranking is committed.');
  if (at >= ends_at) return no('The time of this panel is over.');
  const open = round.state === 'final_round' || (judge.emergency && LATE.has(round.state));
  return open ? YES : no('The final has not begun.');
}
const LATE = new Set<string>(['tally', 'dispute_window']);

/** The sheet of a judge. Finalists are in an order of the judge's own, which says nothing. */
export async function ownPanelPage(context: Context, person_id: AccountId, id: JudgeId): Promise<Panel> {
  const { db, clock } = context;
  const judge = await competitions.judgeById(db, id);
  if (judge?.person_id !== person_id) refuse('NOT_FOUND');
  const file = await fileOf(context, judge);
  const { round, category, ranking } = file;
  const head = headOf(context, file);
  const conflicts = await judgeConflicts(db, { round, category }, [person_id]);
  const at = clock.now();
  const { rank } = head.can;
  return {
    ...head,
    now: at.toISOString(),
    conflicts: conflicts.get(person_id) ?? [],
    rubric: RUBRIC.map((criterion) => ({ criterion, asks: RUBRIC_ASKS[criterion] })),
    finalists: judge.state === 'accepted' ? await sheetOf(context, file) : [],
    ranking: ranking
      ? {
          ...{ order: ranking.entry_ids, notes: ranking.notes, version: ranking.version },
          saved_at: ranking.saved_at.toISOString(),
        }
      : null,
    committed:
      ranking?.digest && ranking.committed_at
        ? {
            digest: ranking.digest,
            at: ranking.committed_at.toISOString(),
            kept: ranking.kept_salt !== null,
          }
        : null,
    can: {
      ...head.can,
      commit: !rank.allowed ? rank : ranking ? YES : no('Save a ranking first.'),
      reveal: whyNotReveal(file, at),
    },
  };
}

function whyNotReveal({ judge, round, ranking }: PanelFile, at: Date): PanelHead['can']['rank'] {
  if (judge.state !== 'accepted') return no('You do not judge here.');
  if (!ranking?.digest) return no('Nothing is committed.');
  if (ranking.revealed_at) return no('It is revealed.');
  if (at < round.tally_at) return no('Rankings are revealed when the final is over.');
  const until = judge.emergency ? emergencyUntil(judge) : revealsUntil(round);
  return at < until ? YES : no('It is too late: your ranking is void.');
}

async function sheetOf(context: Context, { judge, category }: PanelFile): Promise<Panel['finalists']> {
  const ids = (await competitions.finalistsOf(context.db, category.id)) ?? [];
  const entries = await competitions.entriesByIds(context.db, ids);
  const turn = new Map(ids.map((id) => [id, hash('sha256', `${judge.id} ${id}`)]));
  const inTurn = entries.toSorted((one, other) =>
    (turn.get(one.id) ?? '') < (turn.get(other.id) ?? '') ? -1 : 1,
  );
  const [media, samples] = await Promise.all([
    blindWorks(context, entries),
    samplesOfEntries(context, entries, judge.id),
  ]);
  return inTurn.map(({ id }, index) => ({
    number: index + 1,
    entry_id: id,
    media: media.get(id) ?? samples.get(id)?.[0] ?? null,
    samples: samples.get(id) ?? [],
  }));
}
