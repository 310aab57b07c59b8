import type { Statement, StatementLine, StatementSummary } from '#api/earnings/statement-shapes.ts';
import { LIKE, holdersOf } from './owed.ts';
import { promoCredits, receivable } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, idOf } from '../ids.ts';
import { assert } from '../kit/assert.ts';
import { csvOf } from '../kit/csv.ts';
import { dayOf } from '../kit/clock.ts';
import { type Db, inOnePicture } from '../kit/database.ts';
import { micros, sum } from '../kit/money.ts';
import { monthEnd, monthOf, monthStart, nextMonth } from '../kit/months.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { OWN_ACCOUNTS, ownBalances, type OwnPlaces, placesOf } from './own-accounts.ts';
import { type Carried, carriedOver, pieceOf, piecesOf } from './statement-parts.ts';

/** A month in the ledger: what its closing has and the closing of the month before had not. */
export async function spanOfMonth(
  db: Db,
  month: string,
): Promise<{ span: ledger.Span; closed: boolean; batch: bigint }> {
  const start = monthStart(month);
  const end = monthEnd(month);
  const before = await earnings.closingOf(db, start);
  const last = await earnings.closingOf(db, end);
  const batch = last?.batch ?? ledger.NO_BATCH_LATER;
  return {
    span: {
      from: await ledger.momentBefore(db, start, before?.batch),
      to: await ledger.momentBefore(db, end, batch),
    },
    closed: last !== null,
    batch,
  };
}

/** The part of a statement that is sealed. */
export type StatementBody = Omit<Statement, 'sealed' | 'lines_total' | 'page' | 'pages' | 'pdf_parts'>;

/**
 * What moved on a person's accounts in a month. Opening and closing are balances of the ledger, movements are rows
 * of its journal; that the one follows from the other is asserted, every time.
 */
export async function statementBody(
  db: Db,
  person: AccountId,
  month: string,
  span: ledger.Span,
): Promise<StatementBody> {
  const places = await placesOf(db, person);
  const opening = await ownBalances(db, places, span.from);
  const closing = await ownBalances(db, places, span.to);
  const lines = await linesOf(db, person, month, places, span);
  const accounts = OWN_ACCOUNTS.map((account) => {
    const of_account = lines.filter((line) => line.account === account);
    const moved = sum(of_account.map(({ amount_micros }) => BigInt(amount_micros)));
    const [opened, closed] = [opening.get(account) ?? 0n, closing.get(account) ?? 0n];
    assert(
      opened + moved === closed,
      `${account} of ${person} in ${month}: ${opened} and ${moved} make ${closed}`,
    );
    return {
      account,
      opening_micros: micros(opened),
      movements: movementsOf(of_account),
      closing_micros: micros(closed),
    };
  });
  return {
    statement_version: 1,
    person_id: person,
    month,
    from: monthStart(month).toISOString(),
    to: monthEnd(month).toISOString(),
    accounts: accounts.filter(
      ({ opening_micros, movements, closing_micros }) =>
        movements.length > 0 || opening_micros !== '0' || closing_micros !== '0',
    ),
    lines,
  };
}

function movementsOf(lines: readonly StatementLine[]): Statement['accounts'][number]['movements'] {
  const kinds = [...new Set(lines.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    const of_kind = lines.filter((line) => line.kind === kind);
    return {
      kind,
      count: of_kind.length,
      amount_micros: micros(sum(of_kind.map(({ amount_micros }) => BigInt(amount_micros)))),
    };
  });
}

async function linesOf(
  db: Db,
  person: AccountId,
  month: string,
  places: OwnPlaces,
  span: ledger.Span,
): Promise<StatementLine[]> {
  const causes = await earnings.causesOf(db, person, await ledger.earliestIn(db, span), span.to.before);
  const guarded = await ledger.guardedEntries(db, places.keys, span);
  const about = generationsOf(causes);
  const ids = new Set([
    ...guarded.map(({ id }) => id),
    ...about.keys(),
    ...causes.matured.map((day) => idOf('maturity', person, day)),
    ...causes.cases.flatMap((id) => [idOf('case hold', id), idOf('case release', id)]),
    ...causes.adjustments,
  ]);
  const entries = [...guarded, ...(await ledger.accruingEntries(db, [...ids], places, span))].sort((a, b) =>
    a.seq === b.seq ? (a.key < b.key ? -1 : 1) : a.seq < b.seq ? -1 : 1,
  );
  const refunds = entries.filter(({ id, kind }) => kind === 'refund' && !about.has(id)).map(({ id }) => id);
  for (const [id, generation] of await earnings.generationsReversedBy(db, refunds)) about.set(id, generation);
  const generationOf = ({ id, kind }: ledger.EntryOfAccount) => (kind === 'charge' ? id : about.get(id));
  const settled = await earnings.settledAt(
    db,
    entries.flatMap((entry) => generationOf(entry) ?? []),
  );
  const days = new Map(
    entries.flatMap(({ id, day, kind }) => (day && kind === 'maturity' ? [[id, day]] : [])),
  );

  return entries.map((entry) => {
    const generation_id = generationOf(entry) ?? null;
    const earned = generation_id ? settled.get(generation_id) : undefined;
    const day = days.get(entry.id) ?? (earned && dayOf(earned)) ?? dayOf(entry.at);
    // what came too late for its month is of that month, whatever it is about
    const period = entry.at < span.from.before ? monthOf(entry.at) : day.slice(0, 7);
    return {
      at: entry.at.toISOString(),
      account: places.accountOf(entry.series ?? entry.key),
      kind: entry.kind,
      amount_micros: micros(entry.amount),
      transaction_id: entry.id,
      generation_id,
      original_period: period === month ? null : period,
      what: entry.memo ?? '',
    };
  });
}

/** Which generation each posting is about. The ids are those of the templates in flows/postings. */
const generationsOf = (causes: earnings.Causes) =>
  new Map<string, string>([
    ...causes.charged.map((id) => [id, id] as const),
    ...causes.reversals.map(({ id, generation_id }) => [id, generation_id] as const),
    ...causes.vested.map((id) => [idOf('vesting', id), id] as const),
    ...causes.set_aside.map(
      ({ id, generation_id }) => [idOf('case hold', id, generation_id), generation_id] as const,
    ),
  ]);

/** Everybody on whose accounts anything moved in a span. */
export async function personsMoved(db: Db, span: ledger.Span): Promise<AccountId[]> {
  const anybody = asId<AccountId>('%');
  const like = [...Object.values(LIKE), promoCredits(anybody).key, receivable(anybody).key];
  const moved = await ledger.movedIn(db, span, like);
  return [...new Set(moved.map(await holdersOf(db, moved)))].sort();
}

// for pages ------------------------------------------------------------------------------------------------

/** A page shows this many lines; files have all of them. */
const LINES_A_PAGE = 500;
/** Some hundred sheets of paper, which take a few seconds to draw. */
const LINES_A_PART = 5_000;

/** A month that is sealed, as it was sealed; one that is not, as it stands. */
export const statementFor = async (
  context: Context,
  person: AccountId,
  month: string,
  page: number,
): Promise<Statement> => shownStatement(await read(context, person, month), page, LINES_A_PAGE);

/** What a part of a paper is drawn of, with what lay where before its first line and after its last one. */
export type StatementPart = Statement & { part: number; carried: Carried[] };

export async function statementPart(
  context: Context,
  person: AccountId,
  month: string,
  part: number,
): Promise<StatementPart> {
  const found = await read(context, person, month);
  const shown = shownStatement(found, part, LINES_A_PART);
  return { ...shown, part, carried: carriedOver(found.body, part, LINES_A_PART) };
}

function shownStatement({ body, sealed }: Read, place: number, each: number): Statement {
  return {
    ...body,
    lines: pieceOf(body.lines, place, each) ?? refuse('NOT_FOUND'),
    lines_total: body.lines.length,
    ...{ page: place, pages: piecesOf(body.lines, each), pdf_parts: piecesOf(body.lines, LINES_A_PART) },
    sealed: sealed && { at: sealed.sealed_at.toISOString(), digest: sealed.digest, jws: sealed.jws },
  };
}

type Read = Awaited<ReturnType<typeof read>>;

async function read(context: Context, person: AccountId, month: string) {
  const sealed = await earnings.statementOf(context.db, person, month);
  if (sealed) return { body: JSON.parse(sealed.canonical) as StatementBody, sealed };
  if (monthStart(month) > context.clock.now()) refuse('NOT_YET');
  const first_month = await firstMonth(context);
  if (month < first_month) refuse('BEFORE_THE_BOOKS', { first_month });
  const nothing_to_seal = (await earnings.sealedMonth(context.db, month)) !== null;
  if (nothing_to_seal) refuse('NOT_FOUND');
  const body = await inOnePicture(context.db, async (db) =>
    statementBody(db, person, month, (await spanOfMonth(db, month)).span),
  );
  return { body, sealed: null };
}

/** A person's months, the newest first; those that are not sealed yet before them. */
export async function statementList(context: Context, person: AccountId): Promise<StatementSummary[]> {
  const sealed = await earnings.statementsOf(context.db, person);
  const last = await earnings.lastSealedMonth(context.db);
  const first = last ? nextMonth(last.month) : await firstMonth(context);
  const open: StatementSummary[] = [];
  for (let month = first; month <= monthOf(context.clock.now()); month = nextMonth(month))
    open.unshift({ month, sealed: null });
  return [
    ...open,
    ...sealed.map(({ month, digest, sealed_at }) => ({
      month,
      sealed: { at: sealed_at.toISOString(), digest },
    })),
  ];
}

async function firstMonth({ db, clock }: Context): Promise<string> {
  return monthOf((await ledger.firstPosted(db)) ?? clock.now());
}

export async function statementFile(
  context: Context,
  person: AccountId,
  month: string,
  format: 'csv' | 'json',
): Promise<File> {
  const { body, sealed } = await read(context, person, month);
  const name = `statement-${month}.${format}`;
  if (format === 'json')
    return new File([sealed?.canonical ?? earnings.sealStatement(body).canonical], name, {
      type: 'application/json',
    });
  return new File([csvOf(COLUMNS, rowsOf(body))], name, { type: 'text/csv; charset=utf-8' });
}

const COLUMNS = [
  'at',
  'account',
  'kind',
  'amount_micros',
  'transaction_id',
  'generation_id',
  'original_period',
  'what',
];
/** Openings first and closings last, so that the amounts of an account can be added up to its closing. */
const rowsOf = ({ accounts, lines, from, to }: StatementBody) => [
  ...accounts.map((row) => [from, row.account, 'opening', BigInt(row.opening_micros), '', '', '', '']),
  ...lines.map((line) => [
    line.at,
    line.account,
    line.kind,
    BigInt(line.amount_micros),
    line.transaction_id,
    line.generation_id ?? '',
    line.original_period ?? '',
    line.what,
  ]),
  ...accounts.map((row) => [to, row.account, 'closing', BigInt(row.closing_micros), '', '', '', '']),
];
