import type { ClaimForm, ClaimHead, RightsClaim } from '#api/claims/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ClaimId, type ModelId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import { actsFrom, stepsOf } from '../kit/state-machine.ts';
import { timersOf } from '../kit/timers.ts';
import * as earnings from '../modules/earnings/index.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { fingerprintsOf } from './bench-sheet.ts';
import { no, YES } from './can.ts';
import { choicesOf, interestIn, mayFile } from './claimed-leg.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';

const OPEN = ['filed', 'admitted', 'heard', 'awaiting_signature'] as const;
const ENDED = ['upheld', 'rejected', 'dismissed', 'withdrawn'] as const;

/** What somebody who would claim a model has to know and to say. */
export async function claimForm(context: Context, viewer: AccountId, slug: string): Promise<ClaimForm> {
  const { db } = context;
  const model = (await registry.modelBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const choices = await choicesOf(context, viewer, model);
  const mine = await earnings.listClaims(db, {
    ...{ claimant_id: viewer, model_id: asId(model.id), states: OPEN, before: null, limit: 1 },
  });
  return {
    model: { slug: model.slug, title: model.title },
    choices,
    statement: earnings.CLAIM_STATEMENT,
    answer_days: earnings.CLAIM_ANSWER_DAYS,
    can: { file: mayFile(mine.length > 0, choices.length) },
  };
}

type Query = { limit: number; cursor?: string | undefined };

/** Somebody's own claims, or those about what is somebody's: of these the ones that were admitted. */
export async function claimList(
  context: Context,
  viewer: AccountId,
  { side, ...query }: Query & { side: 'claimant' | 'respondent' },
) {
  const filter =
    side === 'claimant'
      ? { claimant_id: viewer }
      : { respondent_id: viewer, states: [...OPEN.slice(1), 'upheld', 'rejected', 'withdrawn'] as const };
  return listed(context, `claims ${side} ${viewer}`, filter, query);
}

/** For those who decide: without those that are not theirs to decide. */
export async function claimDesk(
  context: Context,
  viewer: AccountId,
  { state, ...query }: Query & { state: 'open' | 'ended' },
) {
  const states = state === 'open' ? OPEN : ENDED;
  return listed(context, `claim desk ${state} ${viewer}`, { states, decider_id: viewer }, query);
}

type Filter = Omit<Parameters<typeof earnings.listClaims>[1], 'before' | 'limit'>;

async function listed(context: Context, owner: string, filter: Filter, { limit, cursor }: Query) {
  const rows = await earnings.listClaims(context.db, {
    ...filter,
    before: rowOf(placeOf(context, owner, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (last) => [
    last.filed_at.toISOString(),
    last.id,
  ]);
  return { items: await presentHeads(context.db, shown, filter.decider_id !== undefined), next_cursor };
}

/** That somebody proposed to uphold it is for those who decide, until it is signed. */
const stateFor = (decides: boolean, state: earnings.ClaimState): earnings.ClaimState =>
  !decides && state === 'awaiting_signature' ? 'heard' : state;

async function presentHeads(db: Db, rows: readonly earnings.Claim[], decides: boolean): Promise<ClaimHead[]> {
  const [models, person] = await Promise.all([
    modelsOf(db, rows),
    people(
      db,
      rows.flatMap(({ claimant_id, respondent_id }) => [claimant_id, respondent_id]),
    ),
  ]);
  return rows.map((row) => ({
    id: row.id,
    model: models(row.model_id),
    leg: row.leg,
    state: stateFor(decides, row.state),
    claimant: person(row.claimant_id),
    respondent: person(row.respondent_id),
    filed_at: row.filed_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  }));
}

async function modelsOf(db: Db, rows: readonly earnings.Claim[]) {
  const ids = rows.flatMap(({ model_id, parent_model_id }) => [model_id, parent_model_id ?? []].flat());
  const found = new Map(
    (await registry.modelsByIds(db, [...new Set(ids)])).map((model) => [model.id, model]),
  );
  return (id: ModelId) => {
    const { slug, title } = present(found.get(id), `the model ${id}`);
    return { slug, title };
  };
}

/** As whom somebody sees a claim. Whoever shares in what was claimed sees it from its admission on. */
type As = RightsClaim['mine'];
type Seen = { claim: earnings.Claim; as: As; viewer: AccountId };

async function seenAs(db: Db, { account }: Caller, claim: earnings.Claim): Promise<As | null> {
  if (!account) return null;
  const admitted = claim.admitted_at !== null;
  if (account.id === claim.claimant_id) return 'claimant';
  if (admitted && account.id === claim.respondent_id) return 'respondent';
  const conflicted = await interestIn(db, account.id, claim);
  if (account.roles.includes('moderator') && !conflicted) return 'moderator';
  if (!admitted || !claim.case_id) return null;
  const holders = await earnings.heldByPerson(db, claim.case_id);
  const split = await earnings.splitInForce(db, claim.model_id, claim.admitted_at ?? claim.filed_at);
  const shares = split?.parts.some(({ person_id }) => person_id === account.id);
  return (claim.leg === 'model' && shares) || holders.some(({ person_id }) => person_id === account.id)
    ? 'sharer'
    : null;
}

/** A claim for one of those who have to do with it; to anybody else it does not exist. */
export async function claimPage(context: Context, caller: Caller, id: ClaimId): Promise<RightsClaim> {
  const { db } = context;
  const claim = (await earnings.claimById(db, id)) ?? refuse('NOT_FOUND');
  const viewer = caller.account?.id ?? refuse('NOT_SIGNED_IN');
  const as = (await seenAs(db, caller, claim)) ?? refuse('NOT_FOUND');
  const seen: Seen = { claim, as, viewer };
  const [[head], models, timers] = await Promise.all([
    presentHeads(db, [claim], as === 'moderator'),
    modelsOf(db, [claim]),
    timersOf(db, id),
  ]);
  const until = timers.find(({ kind }) => kind === earnings.CLAIM_ANSWER_TIMER)?.due_at;
  const upheld = claim.state === 'upheld' && claim.case_id && (as === 'claimant' || as === 'moderator');
  return {
    ...present(head, 'the claim'),
    version: claim.version,
    says: earnings.claimMachine.states[stateFor(as === 'moderator', claim.state)],
    mine: as,
    parent: claim.parent_model_id && models(claim.parent_model_id),
    ...wordsOf(claim),
    answer_until: until?.toISOString() ?? null,
    remedy: as === 'moderator' || claim.state === 'upheld' ? claim.remedy : null,
    steps: await presentSteps(db, seen),
    set_aside: await setAside(db, seen),
    brought_micros: upheld && claim.case_id ? micros(await earnings.broughtByClaim(db, claim.case_id)) : null,
    fingerprints: as === 'moderator' ? await fingerprintsOf(context, claim.model_id) : null,
    can: may(seen),
  };
}

const wordsOf = ({ grounds, evidence, links, work, ...claim }: earnings.Claim) => ({
  ...{ grounds, evidence, links, work },
  statement: { version: claim.statement_version, text: claim.statement },
  answer: claim.answer,
  answered_at: claim.answered_at?.toISOString() ?? null,
});

const ACTED_AS = { claimant: 'claimant', respondent: 'respondent', moderator: 'moderator' } as const;

/** What happened, oldest first. That it is to be upheld is for moderators until it is signed. */
async function presentSteps(db: Db, { claim, as }: Seen): Promise<RightsClaim['steps']> {
  const steps = await stepsOf(db, earnings.claimMachine, claim.id);
  const person = await people(
    db,
    steps.map(({ actor }) => actor).filter((actor) => actor !== 'system'),
  );
  return steps.flatMap(({ act, to_state, actor, capacity, at, detail }) => {
    const of_panel = act === 'propose' || act === 'decline_to_sign';
    if (of_panel && as !== 'moderator') return [];
    const by = isActor(capacity) ? ACTED_AS[capacity] : 'timer';
    const reason = detail && typeof detail === 'object' && 'reason' in detail ? detail['reason'] : null;
    return [
      {
        act,
        to: stateOf(to_state),
        at: at.toISOString(),
        by,
        who: as === 'moderator' && by !== 'timer' ? person(actor) : null,
        reason: typeof reason === 'string' && reason !== '' ? reason : null,
      },
    ];
  });
}

const isActor = (capacity: string): capacity is keyof typeof ACTED_AS => Object.hasOwn(ACTED_AS, capacity);

function stateOf(state: string): earnings.ClaimState {
  if (!isState(state)) throw new Error(`no claim is ${state}`);
  return state;
}
const isState = (state: string): state is earnings.ClaimState =>
  Object.hasOwn(earnings.claimMachine.states, state);

/** What the case took of whom: of each party its own. What others earn is not for the claimant to learn by claiming. */
async function setAside(db: Db, { claim, as, viewer }: Seen): Promise<RightsClaim['set_aside']> {
  if (!claim.case_id || as === 'claimant') return [];
  const held = await earnings.heldByPerson(db, claim.case_id);
  const shown = held.filter(({ person_id }) => as === 'moderator' || person_id === viewer);
  const person = await people(
    db,
    shown.map(({ person_id }) => person_id),
  );
  return shown.map(({ person_id, held_micros, generations }) => ({
    person: person(person_id),
    amount_micros: micros(held_micros),
    generations,
  }));
}

function may({ claim, as, viewer }: Seen): RightsClaim['can'] {
  const acts = actsFrom(earnings.claimMachine, claim.state, as === 'sharer' ? 'nobody' : as);
  const can = (act: earnings.ClaimAct, why: string) => (acts.includes(act) ? YES : no(why));
  const over = 'Not in the state that it is in, or not by you.';
  return {
    answer: claim.answer === null ? can('answer', over) : no('It was answered before.'),
    withdraw: can('withdraw', over),
    admit: can('admit', over),
    propose: can('propose', over),
    reject: can('reject', over),
    sign:
      acts.includes('uphold') && claim.proposed_by === viewer
        ? no('You proposed it: somebody else has to sign.')
        : can('uphold', over),
  };
}
