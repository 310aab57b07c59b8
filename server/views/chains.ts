import { verifyAuditChain } from '../kit/audit.ts';
import { type Db, inOnePicture } from '../kit/database.ts';
import { gather, type Verification } from '../kit/findings.ts';
import { headDigest, linesOfHeads, notedHeads, readHead, type SignedHead } from '../kit/heads.ts';
import type { Verify } from '../kit/signing.ts';
import * as ledger from '../modules/ledger/index.ts';
import { BooksEnd, booksEnd, missingFromBooks } from './heads.ts';

export type Evidence = {
  db: Db;
  /** The folder of signed heads. */
  heads: string;
  /** Heads after this moment are left alone: of a backup, they name what came after it. */
  until: Date | null;
  /** Heads that somebody else kept: a folder, or a file with one a line. */
  copies: string | null;
  verify: Verify;
};

const CHAIN = 'the audit log is a whole chain of hashes';
const SIGNED = 'each head is signed by a key of ours';
const UNBROKEN = 'the chain of heads is unbroken';
const NAMED = 'what each head names is in the books as it was';
const NOTED = 'each head that the database remembers is in the files';
const KEPT = 'each head that others kept is in the files';

/** Whether ledger and audit log are still what was once signed: every hash is computed again, every head looked up. */
export async function verifyChains(evidence: Evidence): Promise<Verification> {
  const all = [await verifyLedger(evidence.db), await verifyAudit(evidence.db), await verifyHeads(evidence)];
  return {
    checked: all.flatMap(({ checked }) => checked),
    violations: all.flatMap(({ violations }) => violations),
    notes: all.flatMap(({ notes }) => notes),
  };
}

async function verifyLedger(db: Db) {
  const begun = performance.now();
  const { rows, ...found } = await inOnePicture(db, ledger.verifyChains);
  return { ...found, notes: [`ledger: ${rate(rows, 'rows', begun)}`] };
}

async function verifyAudit(db: Db) {
  const begun = performance.now();
  const { violations, find } = gather();
  const { rows, broken } = await verifyAuditChain(db);
  for (const subject of broken) find(CHAIN, subject);
  return {
    checked: [CHAIN],
    violations,
    notes: [`audit log: ${rate(rows, 'rows', begun)}`],
  };
}

const PAGE = 500;

/**
 * Walks the heads from the first to the newest: those in the files, then what only the database remembers, for
 * files may have lost their end. Database first, files then: a head is in its file before it is noted.
 */
async function verifyHeads({ db, heads, until, copies, verify }: Evidence) {
  const begun = performance.now();
  const { violations, find } = gather();
  const noted = await notedHeads(db, 1);
  const wanted = new Map(noted.map(({ jws }) => [headDigest(jws), NOTED]));
  const books = lookUp(db, (subject) => find(NAMED, subject));
  let later = 0;
  const readSigned = async (where: string, jws: string) => {
    const signed = await readHead(jws, verify, BooksEnd).catch(() => null);
    if (!signed) find(SIGNED, where);
    else if (until === null || new Date(signed.head.at) <= until) await books.ask(signed.head);
    else {
      later += 1;
      wanted.delete(headDigest(jws));
      return null;
    }
    return signed;
  };

  if (copies !== null) {
    for await (const { where, jws } of linesOfHeads(copies)) {
      if (jws === null) throw new Error(`${where} is no head`);
      if (await readSigned(where, jws)) wanted.set(headDigest(jws), KEPT);
    }
  }
  const walked: { last: SignedHead<BooksEnd> | null; count: number } = { last: null, count: 0 };
  const follow = async (where: string, jws: string) => {
    const signed = await readSigned(where, jws);
    if (!signed) return;
    const gap = gapBetween(walked.last, signed);
    if (gap) find(UNBROKEN, `${gap} (${where})`);
    wanted.delete(headDigest(jws));
    walked.last = signed;
    walked.count += 1;
  };
  for await (const { where, jws } of linesOfHeads(heads)) {
    // half a line is what a power cut leaves; if it was more than that, the next head does not follow
    if (jws !== null) await follow(where, jws);
  }
  const in_files = walked.count;
  const newest_in_files = walked.last?.head.number ?? 0;
  for (const { number, jws } of noted) if (number > newest_in_files) await follow('the database', jws);
  await books.end();
  for (const [digest, invariant] of wanted) find(invariant, `sha256 ${digest}`);

  const lost = walked.count - in_files;
  const more = [
    ...(lost > 0 ? [`, ${lost} of them only in the database until the next is signed`] : []),
    ...(later > 0 ? [`, and ${later} of a later time, which were not looked at`] : []),
  ].join('');
  return {
    checked: [SIGNED, UNBROKEN, NAMED, NOTED, ...(copies === null ? [] : [KEPT])],
    violations,
    notes: [`heads: ${rate(walked.count, 'heads', begun)}${more}`, await sinceThen(db, walked.last)],
  };
}

type BooksHead = SignedHead<BooksEnd>['head'];

/** Looks up in the books what heads name, many heads at once. */
function lookUp(db: Db, isMissing: (subject: string) => void) {
  let page: BooksHead[] = [];
  async function end(): Promise<void> {
    const missing = await missingFromBooks(
      db,
      page.map(({ claims }) => claims),
    );
    for (const { number, at, claims } of page)
      for (const what of missing(claims)) isMissing(`head ${number} of ${at}: ${what}`);
    page = [];
  }
  return {
    end,
    async ask(head: BooksHead): Promise<void> {
      page.push(head);
      if (page.length === PAGE) await end();
    },
  };
}

function gapBetween(before: SignedHead<BooksEnd> | null, { head }: SignedHead<BooksEnd>): string | null {
  const expected = (before?.head.number ?? 0) + 1;
  if (head.number > expected) return `heads ${expected} to ${head.number - 1} are missing`;
  if (head.number < expected) return `head ${head.number} comes after head ${expected - 1}`;
  const prev = before ? headDigest(before.jws) : null;
  return head.prev === prev ? null : `head ${head.number} does not follow the head before it`;
}

/** What no head speaks for yet. Seconds of it are usual; more says that no worker runs or that heads were taken away. */
async function sinceThen(db: Db, newest: SignedHead<BooksEnd> | null): Promise<string> {
  const now = await booksEnd(db, newest?.head.claims ?? null);
  const rows = (now.audit?.n ?? 0) - (newest?.head.claims.audit?.n ?? 0);
  const count = (end: BooksEnd | undefined) =>
    end?.ledger.slots.reduce((sum, { batches }) => sum + batches, 0) ?? 0;
  const batches = count(now) - count(newest?.head.claims);
  const which = newest
    ? `the newest head is number ${newest.head.number} of ${newest.head.at}`
    : 'there are no heads';
  return `${which}; not signed yet: ${rows} audit rows, ${batches} batches of the ledger`;
}

function rate(count: number, what: string, begun: number): string {
  const seconds = (performance.now() - begun) / 1000;
  return `${count} ${what} in ${seconds.toFixed(1)} s (${Math.round(count / Math.max(seconds, 0.001))} a second)`;
}
