import type {
  CasePreview,
  GenerationFacts,
  Outlook,
  PurchaseFacts,
  Subject as Told,
} from '#api/finance/shapes.ts';
import { paidCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import {
  type AccountId,
  type AdjustmentId,
  asId,
  type CaseId,
  type GenerationId,
  idOf,
  type PurchaseId,
} from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS, dayOf } from '../kit/clock.ts';
import { type Db, inOnePicture } from '../kit/database.ts';
import { micros, sum } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { HOLD_DAYS } from '../offers.ts';
import { refuse } from '../refuse.ts';
import { presentAdjustments, presentCases, whyNothingHeld } from '../views/finance.ts';
import { OWN_ACCOUNTS, ownBalances, placesOf } from '../views/own-accounts.ts';
import { people } from '../views/people.ts';
import { generationLinks, presentLinks, presentReversals } from '../views/reversals.ts';
import { adjustmentMoves, whyNotApproved } from './approve-adjustment.ts';
import {
  askedBack,
  creditsOf,
  disputed,
  disputeMoves,
  type Own,
  takenByLoss,
  unfrozen,
  whyNotDisputed,
  whyNotEnded,
} from './dispute-purchase.ts';
import { earningsOf, holdOf, whyNotHeld } from './hold-by-case.ts';
import { disputeLost, promoLapsed } from './postings/index.ts';
import { outlook } from './outlook.ts';
import { refundOfWhole, whyNotGiven, whyNotRefunded } from './refund-generation.ts';
import { forfeitOf, releaseMoves, subjectsOfCase, waitsToVest, whyNotResolved } from './resolve-case.ts';
import { budgetsOf, openDrawer, promoHalf, type Subject, subjectsOf } from './standing.ts';

/**
 * What finance sees before it acts: what an id is, where its money lies, and what each act would do to whom. What
 * an act would do is worked out by the functions that do it, in one picture of the database, and nothing changes.
 */
export async function lookUp(context: Context, viewer: AccountId, asked: string): Promise<Told> {
  const named = namedBy(asked);
  return inOnePicture(context.db, async (db) => {
    const found = 'id' in named ? await byId(db, viewer, named.id) : await personBy(db, viewer, named);
    return found ?? refuse('SUBJECT_UNKNOWN');
  });
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const HANDLE = /^@?([a-z0-9][a-z0-9-]{1,28}[a-z0-9])$/;

/** People paste an id, or a link or an entry that has it in it, or they type a handle. */
function namedBy(asked: string): { id: string } | { handle: string } {
  const text = asked.trim().toLowerCase();
  const [id] = UUID.exec(text) ?? [];
  if (id) return { id };
  const handle = HANDLE.exec(text)?.[1] ?? /\/creators\/([a-z0-9-]{3,30})(?:[/?#]|$)/.exec(text)?.[1];
  return handle ? { handle } : refuse('NOT_AN_ID');
}

async function byId(db: Db, viewer: AccountId, id: string): Promise<Told | null> {
  const job = await generation.generationById(db, asId<GenerationId>(id));
  if (job) return toldGeneration(db, viewer, job);
  const opened = await earnings.caseById(db, asId<CaseId>(id));
  if (opened) return toldCase(db, viewer, opened);
  const adjustment = await earnings.adjustmentById(db, asId<AdjustmentId>(id));
  if (adjustment) return toldAdjustment(db, viewer, adjustment);
  const reversal = await earnings.reversalById(db, id);
  if (reversal) return toldRefund(db, viewer, reversal);
  const purchase = await earnings.purchaseById(db, asId<PurchaseId>(id));
  if (purchase) return toldPurchase(db, viewer, purchase);
  return personBy(db, viewer, { id: asId<AccountId>(id) });
}

// generations ----------------------------------------------------------------------------------------------

async function toldGeneration(db: Db, viewer: AccountId, job: generation.Generation): Promise<Told> {
  return { kind: 'generation', id: job.id, ...(await generationTold(db, viewer, job)) };
}

async function toldRefund(db: Db, viewer: AccountId, row: earnings.ListedReversal): Promise<Told> {
  const job = await generation.generationById(db, row.generation_id);
  const [reversal] = await presentReversals(db, [row]);
  return {
    kind: 'refund',
    id: row.id,
    reversal: present(reversal, 'a reversal to show'),
    ...(await generationTold(db, viewer, present(job, `the generation ${row.generation_id}`))),
  };
}

async function generationTold(db: Db, viewer: AccountId, job: generation.Generation) {
  const subjects = await subjectsOf(db, [job.id]);
  const subject = subjects.get(job.id) ?? null;
  const { ahead } = await caseAhead(db, viewer, [job.id], subjects);
  return {
    generation: await factsOf(db, viewer, job, subject),
    acts: [await refundAhead(db, viewer, subject), ahead],
  };
}

async function factsOf(
  db: Db,
  viewer: AccountId,
  job: generation.Generation,
  subject: Subject | null,
): Promise<GenerationFacts> {
  const [[link], reversals, cases] = await Promise.all([
    presentLinks(db, [job]),
    earnings.listReversals(db, { cause: null, generation_id: job.id, before: null, limit: 100 }),
    earnings.casesOfGeneration(db, job.id),
  ]);
  const { charged_at, charged_micros, model, payer } = present(link, 'a generation to show');
  return {
    id: job.id,
    state: job.state,
    model,
    payer,
    created_at: job.created_at.toISOString(),
    charged_at: subject?.settled_at.toISOString() ?? charged_at,
    quoted_micros: micros(job.price_micros),
    charged_micros,
    funding: { paid_micros: micros(job.paid_micros), promo_micros: micros(job.promo_micros) },
    still_charged: {
      paid_micros: micros(subject?.paid_micros ?? 0n),
      promo_micros: micros(subject?.promo_micros ?? 0n),
    },
    available_from: subject && subject.resting !== 'available' ? availableFrom(subject.matures_day) : null,
    earners: subject ? await earnersOf(db, subject) : [],
    reversals: await presentReversals(db, reversals),
    cases: await presentCases(db, viewer, cases),
  };
}

/** A day matures when every minute of it is longer ago than the hold period. */
const availableFrom = (day: string) =>
  dayOf(new Date(new Date(`${day}T00:00:00Z`).getTime() + (HOLD_DAYS + 1) * DAY_MS));

/** What each earned by it, and where that is by now. */
async function earnersOf(db: Db, subject: Subject): Promise<GenerationFacts['earners']> {
  const parts = await earnings.partsOfGeneration(db, subject.id);
  const drawer = await openDrawer(db, [subject]);
  const person = await people(
    db,
    parts.map(({ person_id }) => person_id),
  );
  return subject.lines.map((line) => {
    const { amount_micros: earned } = present(
      parts.find(({ person_id, role }) => person_id === line.person_id && role === line.role),
      `the part of ${line.person_id} as ${line.role}`,
    );
    const vesting = subject.vested ? 0n : line.vesting_micros;
    const theirs = line.pending_micros + line.vesting_micros - vesting;
    const held = line.held_micros < theirs ? line.held_micros : theirs;
    const { from, amount: here } = drawer.reach(subject, line, theirs - held);
    return {
      person: person(line.person_id),
      role: line.role,
      earned_micros: micros(earned),
      vesting_micros: micros(vesting),
      pending_micros: micros(from === 'available' ? 0n : here),
      available_micros: micros(from === 'available' ? here : 0n),
      held_micros: micros(held),
      gone_micros: micros(theirs - held - here),
      reversed_micros: micros(earned - line.pending_micros - line.vesting_micros),
    };
  });
}

async function refundAhead(db: Db, viewer: AccountId, subject: Subject | null): Promise<Outlook> {
  if (!subject) return outlook(db, 'refund', 'NOT_SETTLED', () => []);
  const refused = await whyNotRefunded(db, viewer, subject);
  if (refused) return outlook(db, 'refund', refused, () => []);
  const { postings } = await refundOfWhole(db, subject, await openDrawer(db, [subject]));
  const why = postings.length === 0 ? 'NOTHING_TO_REFUND' : await whyNotGiven(db, postings);
  return outlook(db, 'refund', why, () => postings);
}

// cases ----------------------------------------------------------------------------------------------------

/** What a case about some generations would hold, and why it would be refused. */
export function caseBefore(
  context: Context,
  viewer: AccountId,
  ids: readonly GenerationId[],
): Promise<CasePreview> {
  return inOnePicture(context.db, async (db) => {
    const subjects = await subjectsOf(db, ids);
    const links = await generationLinks(db, [...subjects.keys()]);
    const { ahead, found } = await caseAhead(db, viewer, ids, subjects);
    const held = sum(found.map(({ amount }) => amount));
    const partOf = (id: string) => {
      const parts = found.filter(({ generation_id }) => generation_id === id);
      return ahead.allowed ? { part_micros: micros(sum(parts.map(({ amount }) => amount))) } : {};
    };
    return {
      outlook: ahead,
      held_micros: micros(held),
      nothing_held: ahead.allowed && held === 0n ? whyNothingHeld(false, subjects.size) : null,
      generations: [...new Set(ids)].flatMap((id) => {
        const link = links.get(id);
        return link ? [{ ...link, ...partOf(id) }] : [];
      }),
      not_charged: [...new Set(ids)].filter((id) => !subjects.has(id)),
    };
  });
}

/** Stands for a case that is not opened: what it would move is shown and never posted. */
const A_CASE = { id: idOf<CaseId>('a case to come'), reason: '' };

/** A case to come, and what it would find; one that is refused finds nothing. */
async function caseAhead(
  db: Db,
  viewer: AccountId,
  ids: readonly GenerationId[],
  subjects: ReadonlyMap<GenerationId, Subject>,
) {
  const refused = await whyNotHeld(db, viewer, ids, subjects);
  const wanted = refused === null ? earningsOf(subjects) : [];
  const { found, postings } = await holdOf(db, A_CASE, wanted);
  return { ahead: await outlook(db, 'open-case', refused, () => postings), found };
}

const SHOWN_OF_CASE = 100;

async function toldCase(db: Db, viewer: AccountId, row: earnings.ListedCase): Promise<Told> {
  const [[shown], parts, reversals] = await Promise.all([
    presentCases(db, viewer, [row]),
    earnings.generationsOfCase(db, row.id, SHOWN_OF_CASE),
    earnings.listReversals(db, { cause: null, case_id: row.id, before: null, limit: SHOWN_OF_CASE }),
  ]);
  const links = await generationLinks(
    db,
    parts.map(({ generation_id }) => generation_id),
  );
  return {
    kind: 'case',
    id: row.id,
    case: present(shown, 'a case to show'),
    generations: parts.map(({ generation_id, held_micros }) => ({
      ...present(links.get(generation_id), `the generation ${generation_id}`),
      part_micros: micros(held_micros),
    })),
    reversals: await presentReversals(db, reversals),
    acts: row.outcome !== null ? [] : await endsOf(db, viewer, row),
  };
}

async function endsOf(db: Db, viewer: AccountId, row: earnings.ListedCase): Promise<Outlook[]> {
  const lines = await earnings.caseLines(db, row.id);
  const own = { id: row.id, lines };
  if (row.purchase_id) return endsOfDispute(db, viewer, row, row.purchase_id, own);
  const subjects = await subjectsOfCase(db, lines);
  const because = (outcome: 'cleared' | 'refunded' | 'forfeited') =>
    whyNotResolved(viewer, row, outcome, subjects);
  const cleared = async () => releaseMoves(db, row.id, await openDrawer(db, subjects, own), '');
  const not_refunded = because('refunded');
  const refunds = not_refunded === null ? await refundsOf(db, subjects, own) : [];
  return [
    await outlook(db, 'clear', because('cleared'), cleared),
    await outlook(db, 'refund-case', not_refunded ?? (await whyNotGiven(db, refunds)), () => refunds),
    await outlook(db, 'forfeit', because('forfeited'), () => forfeitsOf(db, subjects, own)),
  ];
}

async function refundsOf(db: Db, subjects: readonly Subject[], own: Own): Promise<ledger.Posting[]> {
  const drawer = await openDrawer(db, subjects, own);
  const postings: ledger.Posting[] = [];
  for (const subject of subjects)
    if (!subject.refunded) postings.push(...(await refundOfWhole(db, subject, drawer)).postings);
  return [...postings, ...(await releaseMoves(db, own.id, drawer, '', NOTHING_LEFT))];
}

async function forfeitsOf(db: Db, subjects: readonly Subject[], own: Own): Promise<ledger.Posting[]> {
  const drawer = await openDrawer(db, subjects, own);
  const postings: ledger.Posting[] = [];
  for (const subject of subjects) {
    if (waitsToVest(subject)) {
      const half = await promoHalf(db, subject, await openDrawer(db, [subject]));
      postings.push(...promoLapsed(asId(subject.id), half, await budgetsOf(db, subject)));
    }
    postings.push(...forfeitOf(subject, drawer, { reason: '', case_id: own.id }).postings);
  }
  return [...postings, ...(await releaseMoves(db, own.id, drawer, '', NOTHING_LEFT))];
}

/** After all of it was taken back, what a case still holds belongs to nobody's earnings any more. */
const NOTHING_LEFT = { left: false };

// purchases ------------------------------------------------------------------------------------------------

async function endsOfDispute(
  db: Db,
  viewer: AccountId,
  row: earnings.ListedCase,
  purchase_id: PurchaseId,
  own: Own,
): Promise<Outlook[]> {
  const dispute = await disputed(db, purchase_id, own);
  const { buyer_id: member, provider } = dispute.purchase;
  const refused = whyNotEnded(viewer, row, dispute);
  const won = async () => [
    ...(await unfrozen(db, dispute.purchase)),
    ...(await releaseMoves(db, own.id, await openDrawer(db, [], own), '')),
  ];
  const lost = async () => {
    const drawn = await takenByLoss(db, dispute);
    return [
      ...drawn.clawbacks.flatMap(({ postings }) => postings),
      ...disputeLost(purchase_id, member, drawn.left, { provider, fee_micro_usd: 0n }),
      ...drawn.bonus,
      ...(await releaseMoves(db, own.id, drawn.drawer, '')),
    ];
  };
  return [await outlook(db, 'win', refused, won, member), await outlook(db, 'lose', refused, lost, member)];
}

const SHOWN_OF_PURCHASE = 50;

async function toldPurchase(db: Db, viewer: AccountId, purchase: earnings.Purchase): Promise<Told> {
  const asked = await askedBack(db, purchase);
  const refused = await whyNotDisputed(db, viewer, asked);
  return {
    kind: 'purchase',
    id: purchase.id,
    purchase: await purchaseFacts(db, viewer, purchase, asked.spent),
    acts: [await outlook(db, 'dispute', refused, () => disputeMoves(db, asked), purchase.buyer_id)],
  };
}

async function purchaseFacts(
  db: Db,
  viewer: AccountId,
  purchase: earnings.Purchase,
  spent: ReadonlyMap<string, bigint>,
): Promise<PurchaseFacts> {
  const { id, buyer_id, paid_micros, promo_micros, bought_at } = purchase;
  const [legs, credits, opened, person] = await Promise.all([
    ledger.legsOf(db, id),
    creditsOf(db, purchase),
    earnings.caseOfPurchase(db, id),
    people(db, [buyer_id]),
  ]);
  const shown = [...spent].slice(-SHOWN_OF_PURCHASE).reverse();
  const links = await generationLinks(
    db,
    shown.map(([generation_id]) => generation_id),
  );
  const [dispute] = opened ? await presentCases(db, viewer, [opened]) : [];
  return {
    id,
    at: bought_at.toISOString(),
    buyer: person(buyer_id),
    paid_micros: micros(paid_micros),
    promo_micros: micros(promo_micros),
    price_micro_usd: micros(
      -sum(legs.flatMap(({ key, amount }) => (key.startsWith('cash:') && amount < 0n ? amount : []))),
    ),
    left_micros: micros(credits.left),
    frozen_micros: micros(credits.frozen),
    spent_micros: micros(sum([...spent.values()])),
    generations_total: spent.size,
    generations: shown.flatMap(([generation_id, part]) => {
      const link = links.get(generation_id);
      return link ? [{ ...link, part_micros: micros(part) }] : [];
    }),
    dispute: dispute ?? null,
  };
}

// people and adjustments -----------------------------------------------------------------------------------

async function toldAdjustment(db: Db, viewer: AccountId, row: earnings.ListedAdjustment): Promise<Told> {
  const [adjustment] = await presentAdjustments(db, viewer, [row]);
  const refused = await whyNotApproved(db, viewer, row);
  return {
    kind: 'adjustment',
    id: row.id,
    adjustment: present(adjustment, 'an adjustment to show'),
    acts:
      row.approved_by === null ? [await outlook(db, 'approve', refused, () => adjustmentMoves(db, row))] : [],
  };
}

const SHOWN_OF_PERSON = 10;

async function personBy(
  db: Db,
  viewer: AccountId,
  by: { handle: string } | { id: AccountId },
): Promise<Told | null> {
  const account =
    'id' in by ? await identity.accountById(db, by.id) : await identity.accountByHandle(db, by.handle);
  if (!account) return null;
  const { id } = account;
  const [balances, jobs, bought] = await Promise.all([
    ownBalances(db, await placesOf(db, id), null),
    generation.generationsOfPayer(db, id, {
      states: ['succeeded'],
      before: null,
      limit: SHOWN_OF_PERSON,
    }),
    ledger.statement(db, [paidCredits(id).key], {
      kinds: ['purchase'],
      before: null,
      limit: SHOWN_OF_PERSON,
    }),
  ]);
  const own = id === viewer;
  return {
    kind: 'person',
    id,
    person: { handle: account.handle, display_name: account.display_name },
    balances: OWN_ACCOUNTS.map((name) => ({
      account: name,
      amount_micros: micros(balances.get(name) ?? 0n),
    })),
    generations: await presentLinks(db, jobs),
    purchases: bought.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      paid_micros: micros(row.amount),
    })),
    can: {
      adjust: { allowed: !own, why: own ? 'It is your own money: somebody else has to propose it.' : null },
    },
    acts: [],
  };
}
