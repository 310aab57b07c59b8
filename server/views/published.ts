import { isDeepStrictEqual } from 'node:util';
import { type LiabilitiesHeader, NO_PREVIOUS, type SignedHeader, verifyHeader } from '@stellary/proofs';
import type { JSONWebKeySet } from 'jose';
import * as z from 'zod';
import type { Db } from '../kit/database.ts';
import { gather, type Verification } from '../kit/findings.ts';
import * as earnings from '../modules/earnings/index.ts';

const SIGNED = 'each published total of what is owed is signed by a key of ours and is what was signed';
const CHAINED = 'each published day names the one before it, and no day is left out';
const GROWN = 'each published root is that of its leaves as they are';
const STATED = 'each sealed statement is signed by a key of ours';
const PAGE = 200;
/** When it was sealed is said too, and nothing is compared with it. */
const Claim = z.object({ statement: z.string(), person_id: z.string(), month: z.string() });

/**
 * Whether what was published of what is owed is still what was signed, and every tree still grows to its root.
 * `db` is one picture.
 */
export async function verifyPublished(
  db: Db,
  jwks: JSONWebKeySet,
  readStatement: (jws: string) => Promise<string>,
): Promise<Verification> {
  const { violations, find } = gather();
  const closed = await earnings.closedDays(db);
  let trees = 0;
  for (const liability of earnings.LIABILITIES) {
    const roots = await earnings.rootsOfLiability(db, liability);
    let before = NO_PREVIOUS;
    for (const [place, root] of roots.entries()) {
      const name = `${liability} of ${root.day}`;
      const signed = await headerOf(root, jwks);
      if (!signed || !says(signed, root)) find(SIGNED, name);
      if ((signed && signed.header.previous !== before) || closed[place] !== root.day) find(CHAINED, name);
      before = root.hash;
      const tree = await earnings.liabilityTree(await earnings.leavesOf(db, root));
      if (tree.root !== root.root || tree.total !== root.total_micros.toString() || tree.size !== root.size)
        find(GROWN, name);
    }
    trees += roots.length;
  }
  const stated = await statements(db, readStatement, find);
  return {
    checked: [SIGNED, CHAINED, GROWN, STATED],
    violations,
    notes: [`published: ${trees} trees, ${stated} statements`],
  };
}

type Signed = SignedHeader<LiabilitiesHeader>;
async function headerOf(root: earnings.LiabilityRoot, jwks: JSONWebKeySet): Promise<Signed | null> {
  const found = await verifyHeader(root.jws, 'liabilities', jwks);
  return found.holds ? found.signed : null;
}

const says = ({ header, hash }: Signed, root: earnings.LiabilityRoot) =>
  header.day === root.day &&
  header.liability === root.liability &&
  header.size === root.size &&
  header.root === root.root &&
  header.total === root.total_micros.toString() &&
  hash === root.hash;

async function statements(
  db: Db,
  read: (jws: string) => Promise<string>,
  find: (invariant: string, subject: string) => void,
): Promise<number> {
  let seen = 0;
  for (let after: earnings.StatementPlace | null = null; ;) {
    const page: earnings.Statement[] = await earnings.statementsAfter(db, after, PAGE);
    for (const { person_id, month, digest, jws: signed } of page) {
      const claim = Claim.safeParse(JSON.parse(await read(signed).catch(() => 'null')));
      const said = { statement: digest, person_id, month };
      if (!isDeepStrictEqual(claim.data, said)) find(STATED, `${person_id} ${month}`);
    }
    seen += page.length;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return seen;
    after = { person_id: last.person_id, month: last.month };
  }
}
