import type { CategoryPlan, RoundPlan, RulesPreview } from '#api/competitions/shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, RoundId, TemplateId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import { monthOf } from '../kit/months.ts';
import type { Db, Tx } from '../kit/database.ts';
import { actsFrom, StepRefused } from '../kit/state-machine.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { previewRules } from '../views/competitions/preview-rules.ts';
import { categoryOf, draftRound, refuseKnown } from './draft-round.ts';

type Wish = { title: string; month: string; template_id: TemplateId | null };

/** An editor begins a round: the draft of a template, or one of which only the times are there. */
export async function beginRound(context: Context, actor_id: AccountId, wish: Wish): Promise<RoundId> {
  const { title, month, template_id } = wish;
  const at = context.clock.now();
  return context.database.inTransaction(async (tx) => {
    const template =
      template_id === null
        ? null
        : ((await competitions.templateById(tx, template_id)) ?? refuse('NOT_FOUND'));
    const by = { id: actor_id, as: 'editor' };
    return draftRound(tx, { title, month, template, written_by: actor_id }, by, at);
  });
}

type Write = { id: RoundId; version: number; plan: RoundPlan };

/** An editor writes the plan of a draft anew; whoever proposed it has to look again. */
export async function writeRound(context: Context, actor_id: AccountId, write: Write): Promise<void> {
  const { id, version, plan } = write;
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const round = (await competitions.lockRound(tx, id)) ?? refuse('NOT_FOUND');
    if (round.state !== 'draft') refuseState(round, 'propose');
    if (round.version !== version) throw new StepRefused({ code: 'STATE_CHANGED', version: round.version });
    refuseIssues(await issuesIn(tx, plan, round.month));
    const { slug, title, theme, story, categories } = plan;
    const said = { slug, title, theme, story, ...instantsIn(plan) };
    await competitions.writeRound(tx, round, said).catch(refuseKnown);
    await competitions.putCategories(tx, id, categories.map(categoryOf), at);
    await audit(tx, { at, actor: actor_id, act: 'round.write', subject: id, detail: { title } });
  });
}

export function refuseState({ state }: competitions.Round, act: competitions.RoundAct): never {
  const possible = actsFrom(competitions.roundMachine, state, 'editor');
  throw new StepRefused({ code: 'NOT_NOW', state, act, possible });
}

const instantsIn = ({ instants }: Pick<RoundPlan, 'instants'>): competitions.Instants => ({
  opens_at: new Date(instants.opens_at),
  locks_at: new Date(instants.locks_at),
  qualifying_at: new Date(instants.qualifying_at),
  final_at: new Date(instants.final_at),
  tally_at: new Date(instants.tally_at),
  provisional_at: new Date(instants.provisional_at),
  disputes_until: new Date(instants.disputes_until),
});

export type Issue = { path: string; message: string };
export function refuseIssues(issues: Issue[]): void {
  if (issues.length > 0) refuse('ROUND_REFUSED', { issues });
}
const when = (holds: boolean, path: string, message: string): Issue[] => (holds ? [{ path, message }] : []);

/** Pages of the product have these addresses. */
const NOT_ADDRESSES = new Set(['entries', 'awards', 'winners', 'rules', 'mine', 'ballots', 'judging']);

/** What cannot stand in any plan, a draft's neither: everything at once. */
async function issuesIn(
  tx: Tx,
  { slug, instants, categories }: Pick<RoundPlan, 'slug' | 'instants' | 'categories'>,
  month: string,
): Promise<Issue[]> {
  const times = instantsIn({ instants });
  return [
    ...when(NOT_ADDRESSES.has(slug), 'slug', 'A page of ours has this address.'),
    ...when(!competitions.areInOrder(times), 'instants', 'Each time has to come after the one before it.'),
    ...when(monthOf(times.opens_at) !== month, 'instants.opens_at', `It opens in ${month}.`),
    ...(await categoryIssues(tx, categories)),
  ];
}

/** In one ledger of whole nano there is no more. */
const PRIZES_MAX = 9n * 10n ** 18n;

export async function categoryIssues(tx: Tx, categories: readonly CategoryPlan[]): Promise<Issue[]> {
  const kinds = new Set(categories.map(({ kind }) => kind));
  const prizes = categories.flatMap((category) => category.prizes.map(BigInt));
  const sum = prizes.reduce((total, prize) => total + prize, 0n);
  return [
    ...when(kinds.size < categories.length, 'categories', 'One kind is named twice.'),
    ...when(sum > PRIZES_MAX, 'categories', 'The prizes are more than there is.'),
    ...(await Promise.all(categories.map((category, place) => issuesOf(tx, category, place)))).flat(),
  ];
}

async function issuesOf(tx: Tx, { kind, rules, prizes }: CategoryPlan, place: number): Promise<Issue[]> {
  const path = `categories.${place}`;
  const amounts = prizes.map(BigInt);
  const rises = amounts.some((amount, at) => at > 0 && amount > (amounts[at - 1] ?? 0n));
  return [
    ...when(
      amounts.some((amount) => amount <= 0n),
      `${path}.prizes`,
      'A prize is more than nothing.',
    ),
    ...when(rises, `${path}.prizes`, 'No prize is more than the one before it.'),
    ...(await ruleIssues(tx, kind, rules)).map((issue) => ({ ...issue, path: `${path}.${issue.path}` })),
  ];
}

export async function ruleIssues(
  tx: Db,
  kind: CategoryPlan['kind'],
  rules: CategoryPlan['rules'],
): Promise<Issue[]> {
  const kinds = new Set(rules.map((rule) => rule.kind));
  const named = rules.flatMap((rule) => (rule.kind === 'releases_listed' ? rule.models : []));
  const found = await Promise.all(named.map((slug) => registry.modelBySlug(tx, slug)));
  return [
    ...when(kinds.size < rules.length, 'rules', 'One rule is written twice.'),
    ...named.flatMap((slug, at) => when(found[at] === undefined, 'rules', `There is no model “${slug}”.`)),
    ...rules.flatMap((rule) => [
      ...when(!competitions.concerns(kind, rule), 'rules', `“${rule.kind}” says nothing about ${kind}.`),
      ...when(
        rule.kind === 'length' && rule.min_ms > rule.max_ms,
        'rules',
        'The shortest is longer than the longest.',
      ),
    ]),
  ];
}

type Trial = { kind: CategoryPlan['kind']; rules: CategoryPlan['rules']; instants: RoundPlan['instants'] };

/** How rules would have fared; what could not stand in a plan is not tried. */
export async function tryRules(context: Context, trial: Trial): Promise<RulesPreview> {
  const issues = await ruleIssues(context.db, trial.kind, trial.rules);
  refuseIssues(issues);
  return previewRules(context, trial);
}
