import type { StatementLine } from '#api/earnings/statement-shapes.ts';
import { accountWords, movementName } from '#api/earnings/statement-words.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { onePer } from '../kit/batcher.ts';
import { inCredits } from '../kit/money.ts';
import { createSeats, type Seats } from '../kit/seats.ts';
import type { PaperBlock, PaperOrder } from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { people } from './people.ts';
import { type StatementPart, statementPart } from './statement.ts';

const WALL_MS_MAX = 30_000;
const seats = onePer<Context, Seats>(() => createSeats({ each: 1, all: 4 }));

/** A statement with every movement, on paper, in as many parts as it takes. It is drawn at the desk: nobody's titles are laid out in this process. */
export async function statementPdf(
  context: Context,
  person: AccountId,
  month: string,
  part: number,
): Promise<File> {
  const statement = await statementPart(context, person, month, part);
  const { display_name, handle } = (await people(context.db, [person]))(person);
  const leave = seats(context).take({ name: person }) ?? refuse('DOWNLOADS_FULL', { retry_after_s: 5 });
  try {
    const order = statementPaper(statement, {
      name: `${display_name} (@${handle})`,
      origin: context.origins.public,
      at: context.clock.now(),
    });
    const done = await context.desk.do('paper', order, { wall_ms_max: WALL_MS_MAX });
    if (!done.ok) {
      context.log.warn({ code: done.code, message: done.message, month }, 'a statement could not be drawn');
      return refuse('UNAVAILABLE');
    }
    const bytes = new Uint8Array(done.value);
    const of_parts = statement.pdf_parts === 1 ? '' : `-part-${part}-of-${statement.pdf_parts}`;
    return new File([bytes], `statement-${month}${of_parts}.pdf`, { type: 'application/pdf' });
  } finally {
    leave();
  }
}

type Whose = { name: string; origin: string; at: Date };

export function statementPaper(statement: StatementPart, { name, origin, at }: Whose): PaperOrder {
  const { month, from, to, sealed, accounts, pdf_parts, part } = statement;
  const in_parts = pdf_parts === 1 ? '' : `, part ${part} of ${pdf_parts}`;
  const title = `Statement for ${monthName(month)}${in_parts}`;
  const until = sealed ? '' : ` As it stood ${inUtc(at.toISOString())}; it still changes.`;
  return {
    ...{ lang: 'en', title, from: 'Stellary', author: 'Stellary' },
    mark: sealed ? 'Sealed' : 'Open, not sealed yet',
    made_at: sealed?.at ?? at.toISOString(),
    lines: [
      name,
      `${inUtc(from)} up to, and without, ${inUtc(to)}.${until} Amounts are credits, exact to the last digit.`,
    ],
    foot: `${title} · ${name}`,
    blocks: [
      ...accounts.flatMap(accountBlocks),
      ...(accounts.length === 0 ? [text('Nothing was here, and nothing moved.')] : []),
      ...lineBlocks(statement),
      ...carriedBlocks(statement),
      ...(sealed ? sealBlocks(sealed, `${origin}/statements/${month}`) : []),
    ],
  };
}

const text = (words: string): PaperBlock => ({ kind: 'text', text: words });
const heading = (words: string, note: string | null = null): PaperBlock => ({
  ...{ kind: 'heading', text: words, note },
});

/** What the parts add up by: where one ends, the next one begins. */
function carriedBlocks({ pdf_parts, part, carried }: StatementPart): PaperBlock[] {
  if (pdf_parts === 1) return [];
  return [
    heading('Carried over', `Part ${part} of ${pdf_parts}.`),
    {
      kind: 'table',
      headed: true,
      columns: [
        { name: 'Account', part: 5 },
        { name: 'Before this part', part: 3, align: 'end' },
        { name: 'Moved in this part', part: 3, align: 'end' },
        { name: 'After this part', part: 3, align: 'end' },
      ],
      rows: carried.map(({ account, before, moved, after }) => ({
        cells: [
          accountWords[account].name,
          ...[amount(before.toString()), signed(moved.toString()), amount(after.toString())],
        ],
      })),
    },
  ];
}

function accountBlocks({
  account,
  opening_micros,
  movements,
  closing_micros,
}: StatementPart['accounts'][number]): PaperBlock[] {
  const { name, why } = accountWords[account];
  return [
    heading(name, why),
    {
      kind: 'table',
      headed: false,
      columns: [
        { name: 'What', part: 6 },
        { name: 'Number', part: 2, align: 'end', muted: true },
        { name: 'Credits', part: 3, align: 'end' },
      ],
      rows: [
        { cells: ['Opening', '', amount(opening_micros)] },
        ...movements.map(({ kind, count, amount_micros }) => ({
          cells: [movementName(kind), grouped(String(count)), signed(amount_micros)],
        })),
        { cells: ['Closing', '', amount(closing_micros)], strong: true },
      ],
    },
  ];
}

function lineBlocks({ lines, lines_total: total, part, pdf_parts }: StatementPart): PaperBlock[] {
  if (lines.length === 0) return [];
  const last = part === pdf_parts ? total : part * lines.length;
  const which = `${[last - lines.length + 1, last].map((n) => grouped(String(n))).join(' to ')} of ${grouped(String(total))}.`;
  return [
    heading('Movements', pdf_parts === 1 ? null : which),
    {
      kind: 'table',
      headed: true,
      columns: [
        { name: 'When (UTC)', part: 6, muted: true },
        { name: 'What', part: 9 },
        { name: 'Account', part: 4, muted: true },
        { name: 'Credits', part: 3, align: 'end' },
      ],
      rows: lines.map((line) => ({
        cells: [
          inUtc(line.at).replace(/ UTC$/, ''),
          whatOf(line),
          accountWords[line.account].name,
          signed(line.amount_micros),
        ],
      })),
    },
  ];
}

function whatOf({ kind, what, original_period }: StatementLine): string {
  const word = kind === 'charge' ? 'Generation' : movementName(kind);
  const named = what === '' ? word : `${word}: ${what}`;
  return original_period ? `${named}, of ${monthName(original_period)}` : named;
}

const sealBlocks = ({ at, digest }: NonNullable<StatementPart['sealed']>, address: string): PaperBlock[] => [
  heading('Seal'),
  text(`Sealed ${inUtc(at)}. Digest ${digest}`),
  text(`What the digest is over, with our signature: the file in JSON at ${address}`),
];

// as on the page ------------------------------------------------------------------------------------------

const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** "1250000" -> "1.25", "-1000000000" -> "−1,000" */
export function amount(micros: string): string {
  const [whole = '', fraction] = inCredits(BigInt(micros)).replace('-', '−').split('.');
  return fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
}
const signed = (micros: string) => (BigInt(micros) > 0n ? `+${amount(micros)}` : amount(micros));

/** "2026-11-21 00:00:00 UTC"; milliseconds where there are any. */
function inUtc(instant: string): string {
  const parts = instant.slice(20, 23);
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}${parts === '000' ? '' : `.${parts}`} UTC`;
}

const monthName = (month: string) =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en-US', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
