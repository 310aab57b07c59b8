import { createHash, randomBytes } from 'node:crypto';
import { canonical } from '@stellary/proofs';
import type { Context } from '../context.ts';
import type { AccountId, RoundId } from '../ids.ts';
import { sum } from '../kit/money.ts';
import type { Tx } from '../kit/database.ts';
import { setTimer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { ORGANISERS, stillHolds, takesPartIn } from '../views/competitions/own-interest.ts';
import { judgeWords } from './judge-words.ts';
import { prizeEscrowFunded } from './postings/index.ts';
import { inPool } from './settle-round.ts';
import { type Issue, refuseIssues, refuseState } from './write-round.ts';

type Seen = { id: RoundId; version: number };

/** An editor hands a draft that is whole to a second person. */
export async function proposeRound(context: Context, actor_id: AccountId, { id, version }: Seen) {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const round = (await competitions.lockRound(tx, id)) ?? refuse('NOT_FOUND');
    if (round.state === 'draft') refuseIssues(await missingIn(tx, round, at));
    judgeWords([round.title, round.theme, round.story].join('\n'));
    const by = { id: actor_id, as: 'editor' };
    await competitions.moveRound(tx, 'propose', { id, by, at, version, set: { proposed_by: actor_id } });
  });
  context.wake.send('news');
}

const when = (holds: boolean, path: string, message: string): Issue[] => (holds ? [{ path, message }] : []);

/** What a second person need not read: everything that is missing, at once. */
async function missingIn(tx: Tx, { id, story, theme, opens_at }: competitions.Round, at: Date) {
  const categories = await competitions.categoriesOf(tx, id);
  return [
    ...when(theme === '', 'theme', 'Say in one line what it is about.'),
    ...when(story === '', 'story', 'Write what its page says.'),
    ...when(categories.length === 0, 'categories', 'A round has at least one category.'),
    ...when(opens_at <= at, 'instants.opens_at', 'It has to open later than now.'),
  ];
}

type Ruling = Seen & { approved: boolean; reason: string };

/**
 * A second person approves, in one transaction: the rules are frozen as a text and hashed, the seed is drawn and
 * committed to, the prizes are put aside in full, and the round goes on by itself from there. Or it goes back.
 */
export async function ruleOnRound(context: Context, actor_id: AccountId, ruling: Ruling): Promise<void> {
  const { id, version, approved, reason } = ruling;
  const at = context.clock.now();
  const by = { id: actor_id, as: 'editor' };
  await context.database.inTransaction(async (tx) => {
    const round = (await competitions.lockRound(tx, id)) ?? refuse('NOT_FOUND');
    if (round.state === 'draft' && round.proposed_by === null) refuseState(round, 'approve');
    if (round.state === 'draft' && [round.proposed_by, round.written_by].includes(actor_id))
      refuse('SECOND_PERSON_NEEDED');
    const step = { id, by, at, version, reason };
    // a draft may have judges already
    if (await takesPartIn(tx, id, actor_id)) refuse('OWN_INTEREST');
    if (!approved) {
      await competitions.moveRound(tx, 'send_back', { ...step, set: { proposed_by: null } });
      return;
    }
    const proposer = round.state === 'draft' ? round.proposed_by : null;
    if (proposer && !(await stillHolds(tx, proposer, ORGANISERS))) refuse('PROPOSER_LEFT');
    refuseIssues(await missingIn(tx, round, at));
    const { funded_nanos, ...frozen } = await freeze(tx, round);
    await refuseUnfunded(tx, funded_nanos);
    const set = { ...frozen, funded_nanos, funded_at: at, approved_by: actor_id, announced_at: at };
    await competitions.moveRound(tx, 'approve', { ...step, set });
    await setTimer(tx, { kind: competitions.TURN_TIMER, subject_id: id, due_at: round.opens_at, at });
    await ledger.post(tx, prizeEscrowFunded(id, funded_nanos), at);
  });
  context.wake.send('news');
}

/** Prizes are promised when they are there: nobody else promises anything until this is done. */
async function refuseUnfunded(tx: Tx, wanted: bigint): Promise<void> {
  const available = await inPool(tx);
  if (available < wanted) refuse('POOL_SHORT', { short_nanos: String(wanted - available) });
}

/** What nobody changes any more, and what of it everybody may hold against the result. */
async function freeze(tx: Tx, round: competitions.Round) {
  const categories = await competitions.categoriesOf(tx, round.id);
  const prizes = await competitions.prizesOf(
    tx,
    categories.map(({ id }) => id),
  );
  const prizesOf = (id: string) =>
    prizes.filter(({ category_id }) => category_id === id).map(({ amount_nanos }) => amount_nanos);
  const document = competitions.rulesDocument(
    { ...round, instants: competitions.instantsIn(round) },
    categories.map((category) => ({ ...category, prizes_nanos: prizesOf(category.id) })),
  );
  const rules_text = canonical(document);
  const seed = randomBytes(32);
  return {
    rules_text,
    rules_digest: createHash('sha256').update(rules_text).digest('hex'),
    seed,
    seed_commitment: createHash('sha256').update(seed).digest(),
    funded_nanos: sum(prizes.map(({ amount_nanos }) => amount_nanos)),
  };
}
