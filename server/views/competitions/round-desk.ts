import type { RoundFile, RoundHead, RoundPlan, RoundTemplate } from '#api/competitions/shapes.ts';
import { RoundState } from '#api/competitions/shapes.ts';
import { resultsAreOut } from '#api/competitions/results-out.ts';
import { prizeEscrow } from '../../chart-of-accounts.ts';
import type { Context } from '../../context.ts';
import type { AccountId, RoundId, TemplateId } from '../../ids.ts';
import { sum } from '../../kit/money.ts';
import { actsFrom, stepsOf } from '../../kit/state-machine.ts';
import { timersOf } from '../../kit/timers.ts';
import { monthOf } from '../../kit/months.ts';
import { DAY_MS } from '../../kit/clock.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as ledger from '../../modules/ledger/index.ts';
import { refuse } from '../../refuse.ts';
import { no, YES } from '../can.ts';
import { pageOf, placeOf, rowOf } from '../paging.ts';
import { people } from '../people.ts';
import { categoriesSaid, instantsSaid, nextOf, noticeSaid } from './rounds.ts';
import { isAskedByAnother } from './second-person.ts';

const OVER: readonly competitions.RoundState[] = ['final', 'settled', 'archived', 'cancelled'];
const SHOWN = { open: RoundState.options.filter((state) => !OVER.includes(state)), over: OVER };

/** All rounds for organisers, the one that opens last first. */
export async function roundDesk(
  context: Context,
  viewer: AccountId,
  { show, limit, cursor }: { show: 'open' | 'over'; limit: number; cursor?: string | undefined },
): Promise<{ items: RoundHead[]; next_cursor: string | null }> {
  const list = `round desk ${show} ${viewer}`;
  const rows = await competitions.roundsPage(context.db, {
    states: SHOWN[show],
    after: rowOf(placeOf(context, list, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ opens_at, id }) => [
    opens_at.toISOString(),
    id,
  ]);
  const categories = await categoriesSaid(context, shown);
  const items = shown.map((round): RoundHead => {
    const own = categories.get(round.id) ?? [];
    const { id, slug, title, month, state, proposed_by } = round;
    return {
      ...{ id, slug, title, month, state, proposed: state === 'draft' && proposed_by !== null },
      next: nextOf(round),
      entries: own.reduce((total, { entries }) => total + entries, 0),
      prizes_nanos: String(
        sum(own.flatMap(({ prizes }) => prizes.map((prize) => BigInt(prize.amount_nanos)))),
      ),
    };
  });
  return { items, next_cursor };
}

/** Everything about one round, for those who run it. */
export async function roundFile(context: Context, viewer: AccountId, id: RoundId): Promise<RoundFile> {
  const { db, clock } = context;
  const round = (await competitions.roundById(db, id)) ?? refuse('NOT_FOUND');
  const categories = await competitions.categoriesOf(db, id);
  const ids = categories.map((category) => category.id);
  const [prizes, counts, notices, steps] = await Promise.all([
    competitions.prizesOf(db, ids),
    competitions.countEntries(db, ids),
    competitions.noticesOf(db, id),
    stepsOf(db, competitions.roundMachine, id),
  ]);
  const person = await people(db, [
    ...[round.written_by, round.proposed_by, round.approved_by].flatMap((one) => one ?? []),
    ...steps.map(({ actor }) => actor).filter((actor) => actor !== 'system'),
  ]);
  const escrow = prizeEscrow(id);
  const left = (await ledger.balances(db, [escrow]))(escrow).available;
  const { state, version, template_id, month, rules_digest, seed_commitment } = round;
  return {
    ...{ id, state, version, template_id, month, rules_digest },
    says: competitions.roundMachine.states[state],
    plan: planOf(round, categories, prizes),
    written_by: person(round.written_by),
    proposed_by: round.proposed_by && person(round.proposed_by),
    approved_by: round.approved_by && person(round.approved_by),
    next: nextOf(round),
    now: clock.now().toISOString(),
    entries: categories.map((category) => ({
      kind: category.kind,
      states: counts
        .filter(({ category_id }) => category_id === category.id)
        .map((count) => ({ state: count.state, entries: count.entries })),
    })),
    escrow: {
      asked_nanos: String(sum(prizes.map(({ amount_nanos }) => amount_nanos))),
      left_nanos: String(left),
      returned_nanos: round.returned_nanos === null ? null : String(round.returned_nanos),
    },
    seed_commitment: seed_commitment?.toString('hex') ?? null,
    notices: notices.map(noticeSaid),
    steps: steps.map(({ act, to_state, at, actor, detail }) => ({
      act,
      to: RoundState.parse(to_state),
      at: at.toISOString(),
      by: actor === 'system' ? null : person(actor),
      reason: reasonIn(detail),
    })),
    can: {
      ...may(round, viewer, clock.now()),
      ...(resultsAreOut(state) && !(await isAskedByAnother(db, id, { category_id: null, actor_id: viewer }))
        ? { cancel: no('The results are out: somebody else has to open a case about it first.') }
        : {}),
    },
  };
}

function reasonIn(detail: unknown): string | null {
  const reason = detail && typeof detail === 'object' && 'reason' in detail ? detail.reason : null;
  return typeof reason === 'string' && reason !== '' ? reason : null;
}

const planOf = (
  round: competitions.Round,
  categories: readonly competitions.Category[],
  prizes: readonly competitions.Prize[],
): RoundPlan => ({
  ...{ slug: round.slug, title: round.title, theme: round.theme, story: round.story },
  instants: instantsSaid(round),
  categories: categories.map(({ id, kind, theme, entries_max, rules }) => ({
    ...{ kind, theme, entries_max, rules },
    prizes: prizes
      .filter(({ category_id }) => category_id === id)
      .map(({ amount_nanos }) => String(amount_nanos)),
  })),
});

function may(round: competitions.Round, viewer: AccountId, now: Date): RoundFile['can'] {
  const { state, proposed_by, written_by } = round;
  const possible = actsFrom(competitions.roundMachine, state, 'editor');
  const when = (act: competitions.RoundAct, why: string) => (possible.includes(act) ? YES : no(why));
  const draft = (act: competitions.RoundAct) => when(act, 'It is no draft any more.');
  const ruling = () => {
    if (state !== 'draft') return no('It is no draft any more.');
    if (proposed_by === null) return no('Nobody has proposed it yet.');
    return [proposed_by, written_by].includes(viewer) ? no('A second person decides.') : YES;
  };
  const resumes = possible.some((act) => act.startsWith('resume_'));
  return {
    edit: draft('propose'),
    propose: draft('propose'),
    approve: ruling(),
    send_back: ruling(),
    extend: state === 'open' && now < round.locks_at ? YES : no('Only a round that is open can lock later.'),
    suspend: when('suspend', 'It cannot be suspended now.'),
    resume: resumes ? YES : no('It does not stand still.'),
    cancel: when('cancel', 'It cannot be called off any more.'),
  };
}

// templates --------------------------------------------------------------------------------------------------

export async function templateList({ db }: Context): Promise<{ items: RoundTemplate[] }> {
  const all = await competitions.templates(db);
  return { items: await Promise.all(all.map((template) => presentTemplate(db, template))) };
}

export async function templateFile({ db }: Context, id: TemplateId): Promise<RoundTemplate> {
  return presentTemplate(db, (await competitions.templateById(db, id)) ?? refuse('NOT_FOUND'));
}

async function presentTemplate(db: Context['db'], template: competitions.Template): Promise<RoundTemplate> {
  const { id, version, written_by: _, written_at: __, ...plan } = template;
  const [timers, rounds] = await Promise.all([timersOf(db, id), competitions.roundsOfTemplate(db, id)]);
  const due_at = timers.find(({ kind }) => kind === competitions.DRAFT_TIMER)?.due_at ?? null;
  return {
    ...{ id, version, plan },
    next: due_at && {
      month: monthOf(new Date(due_at.getTime() + plan.lead_days * DAY_MS)),
      drafted_at: due_at.toISOString(),
    },
    rounds: rounds.map((round) => ({
      id: round.id,
      title: round.title,
      month: round.month,
      state: round.state,
    })),
  };
}
