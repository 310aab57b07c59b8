import canonicalize from 'canonicalize';
import type { Context } from '../context.ts';
import { type AccountId, asId, type CaseId, idOf, type ReleaseId, type TransactionId } from '../ids.ts';
import { assert, present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import { sum } from '../kit/money.ts';
import { tell } from '../kit/outbox.ts';
import { dropTimer } from '../kit/timers.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { withdrawSplit } from './ask-team.ts';
import { upheldLetters, writeOfClaim } from './claim-letters.ts';
import { resolved } from './end-claim.ts';
import { handOver } from './hand-over-model.ts';
import { makeCreator } from './make-creator.ts';
import { claimUpheld } from './postings/index.ts';
import { release, subjectsOfCase } from './resolve-case.ts';
import { type Drawer, openDrawer, type Subject } from './standing.ts';

type Signed = { by: AccountId; note: string };

/** A claim is upheld: what its case holds is the claimant's, and so is what the leg earns from now on. */
export async function uphold(
  tx: Tx,
  context: Context,
  claim: earnings.Claim,
  signed: Signed,
  at: Date,
): Promise<void> {
  const case_id = present(claim.case_id, 'the case of an admitted claim');
  await dropTimer(tx, { kind: earnings.CLAIM_ANSWER_TIMER, subject_id: claim.id, at });
  await handOnWhatWasSetAside(tx, claim, case_id, signed, at);
  await resolved(tx, { case_id, outcome: 'upheld', note: signed.note, resolved_by: signed.by }, at);
  await makeCreator(tx, claim.claimant_id, at);
  await REMEDY[present(claim.remedy, 'the remedy that was proposed')](tx, claim, signed, at);
  const [model] = await registry.modelsByIds(tx, [claim.model_id]);
  const brought = await earnings.broughtByClaim(tx, case_id);
  for (const letter of upheldLetters(claim, model?.title ?? '', brought))
    await writeOfClaim(tx, context, claim.id, letter, at);
}

/**
 * Generation by generation: the lines of the others are taken back as far as they are still theirs, and the claimant
 * has a line of as much, so that whoever is given something back later gets it from the claimant. What was taken back
 * meanwhile pays what they owe for it.
 */
async function handOnWhatWasSetAside(
  tx: Tx,
  claim: earnings.Claim,
  case_id: CaseId,
  { note }: Signed,
  at: Date,
): Promise<void> {
  const lines = await earnings.caseLines(tx, case_id);
  const subjects = await subjectsOfCase(tx, lines);
  const drawer = await openDrawer(tx, subjects, { id: case_id, lines });
  const linesOf = Map.groupBy(lines, ({ generation_id }) => generation_id);
  const claimedOf = await claimedParts(tx, claim, subjects);
  const moved = subjects.flatMap((subject) => {
    const own = { id: case_id, lines: linesOf.get(subject.id) ?? [] };
    return movedOf(subject, claim, own, drawer, claimedOf(subject)) ?? [];
  });
  if (moved.length > 0) {
    await ledger.post(
      tx,
      moved.flatMap(({ postings }) => postings),
      at,
    );
    await earnings.insertReversals(
      tx,
      moved.map(({ id, subject, taken }) => ({
        ...{ id, generation_id: subject.id, cause: 'claim', case_id, reason: note },
        ...{ paid_micros: 0n, promo_micros: 0n, lines: taken },
      })),
      at,
    );
    await earnings.insertLines(
      tx,
      moved.flatMap(({ line }) => line ?? []),
    );
  }
  await release(tx, case_id, drawer, 'Rights claim upheld', at);
}

type Claimed = (line: earnings.Remainder) => earnings.Remainder;

/**
 * What of a line is claimed: all of it, but of a royalty what it is for this parent. Whoever owns two parents has one
 * line for both, and keeps what they earn by the other.
 */
async function claimedParts(
  tx: Tx,
  { leg, parent_model_id, respondent_id }: earnings.Claim,
  subjects: readonly Subject[],
): Promise<(subject: Subject) => Claimed> {
  if (leg !== 'royalty') return () => (line) => line;
  const parent_id = present(parent_model_id, 'the parent of a claimed royalty');
  const of_parent = new Set((await registry.releasesOfModel(tx, parent_id)).map(({ id }) => id.toString()));
  const jobs = await generation.generationsByIds(
    tx,
    subjects.map(({ id }) => id),
  );
  const jobOf = new Map(jobs.map((job) => [job.id, job]));
  return ({ id }) => {
    const royalties = royaltiesOf(present(jobOf.get(id), 'the generation of a line'));
    const theirs = royalties.filter(({ person_id }) => person_id === respondent_id);
    const claimed = theirs.filter(({ release_id }) => of_parent.has(release_id));
    const part = (left: bigint, half: 'pending_micros' | 'vesting_micros') => {
      const whole = sum(theirs.map((one) => one[half]));
      return whole === 0n ? 0n : (left * sum(claimed.map((one) => one[half]))) / whole;
    };
    return (line) => ({
      ...line,
      pending_micros: part(line.pending_micros, 'pending_micros'),
      vesting_micros: part(line.vesting_micros, 'vesting_micros'),
    });
  };
}

/** What each royalty of a generation was, in the order of its table; those of nothing are left out. */
function royaltiesOf({ terms, promo_micros, paid_micros }: generation.Generation) {
  const { split, royalties, related, agreement } = terms;
  const parts = earnings.applyRoyalties(split.parts, royalties);
  const { share_ppm } = agreement;
  const paid = earnings.divide({ promo_micros, paid_micros, share_ppm, parts, related });
  const paying = parts
    .filter(({ role }) => role === 'parent')
    .flatMap(({ part_ppm }, place) => (part_ppm > 0 ? [present(royalties[place], 'the royalty')] : []));
  return paid
    .filter(({ role }) => role === 'parent')
    .map((part, place) => ({ ...part, release_id: present(paying[place], 'the royalty').release_id }));
}

/** What an upheld claim moves of one generation; nothing where nothing is left of what was claimed. */
function movedOf(
  subject: Subject,
  { claimant_id, model_id }: earnings.Claim,
  { id: case_id, lines: mine }: { id: CaseId; lines: readonly earnings.ListedCaseLine[] },
  drawer: Drawer,
  claimed: Claimed,
) {
  assert(!subject.vested, 'what is in an open case does not vest');
  const taken = subject.lines
    .filter(({ person_id, role }) => mine.some((one) => one.person_id === person_id && one.role === role))
    .map(claimed)
    .map(({ held_micros: _, ...line }) => line)
    .filter(({ pending_micros, vesting_micros }) => pending_micros + vesting_micros > 0n);
  const [first] = mine;
  if (taken.length === 0 || !first) return null;
  const pending_micros = sum(taken.map((line) => line.pending_micros));
  const vesting_micros = sum(taken.map((line) => line.vesting_micros));
  const id = idOf<TransactionId>('claim', case_id, subject.id);
  const paid_it = subject.payer_id === claimant_id;
  const postings = claimUpheld(
    id,
    {
      earned: taken.flatMap((line) =>
        drawer.take(subject, { ...line, held_micros: 0n }, line.pending_micros),
      ),
      unvested: taken.map((line) => {
        return { creator: line.person_id, from: { vesting_of: subject.day }, amount: line.vesting_micros };
      }),
    },
    paid_it ? 'platform' : { claimant: claimant_id, resting: subject.resting, vesting_of: subject.day },
    subject.title,
  );
  const line: earnings.Line | null = paid_it
    ? null
    : {
        ...{ generation_id: subject.id, person_id: claimant_id, role: 'claimant', model_id },
        ...{ settled_at: subject.settled_at, matures_day: subject.matures_day },
        price_micros: first.price_micros,
        ...{ amount_micros: pending_micros + vesting_micros, pending_micros, vesting_micros },
      };
  return { id, subject, taken, postings, line };
}

type Remedy = (tx: Tx, claim: earnings.Claim, signed: Signed, at: Date) => Promise<void>;

/** What follows for what the leg earns from now on. What was started before is shared as it was agreed then. */
const REMEDY: Record<earnings.ClaimRemedy, Remedy> = {
  redirect: (tx, claim, _signed, at) =>
    claim.leg === 'royalty' ? redirectRoyalty(tx, claim, at) : redirectPart(tx, claim, at),
  transfer: transferModel,
  withdraw: withdrawModel,
};

/** The part that somebody has, in the split that holds and in those that were agreed for days to come. */
async function redirectPart(tx: Tx, claim: earnings.Claim, at: Date): Promise<void> {
  const { model_id, respondent_id, claimant_id } = claim;
  const waiting = await program.liveSplit(tx, { model_id });
  if (waiting?.state === 'proposed') await endProposals(tx, claim, at);
  for (const { parts, in_force_from } of await earnings.splitsFrom(tx, model_id, at))
    await earnings.insertSplit(tx, {
      model_id,
      parts: withPartOf(parts, respondent_id, claimant_id),
      agreed_at: at,
      in_force_from: in_force_from > at ? in_force_from : at,
    });
}

/** The claimant has the part in the place of the other, with what they had before. */
function withPartOf(
  parts: readonly earnings.AgreedPart[],
  from: AccountId,
  to: AccountId,
): earnings.AgreedPart[] {
  const part = parts.find(({ person_id }) => person_id === from)?.part_ppm ?? 0;
  const has = parts.some(({ person_id }) => person_id === to);
  return parts.flatMap((one) => {
    if (one.person_id === from) return has ? [] : [{ ...one, person_id: to }];
    return [one.person_id === to ? { ...one, part_ppm: one.part_ppm + part } : one];
  });
}

async function redirectRoyalty(tx: Tx, claim: earnings.Claim, at: Date): Promise<void> {
  const parent_id = present(claim.parent_model_id, 'the parent of a claimed royalty');
  // a release that is published at this instant comes before it, or takes over what it changes
  await registry.modelToHandOver(tx, claim.model_id);
  const [releases, of_parent] = [
    await registry.releasesOfModel(tx, claim.model_id),
    await registry.releasesOfModel(tx, parent_id),
  ];
  await earnings.redirectRoyaltiesOf(tx, {
    release_ids: releases.map(({ id }) => asId<ReleaseId>(id)),
    parent_release_ids: of_parent.map(({ id }) => asId<ReleaseId>(id)),
    from_id: claim.respondent_id,
    to_id: claim.claimant_id,
    at,
  });
}

/** The model is the claimant's, under the agreement that holds for it: they affirmed so when they filed. */
async function transferModel(tx: Tx, claim: earnings.Claim, { by }: Signed, at: Date): Promise<void> {
  const { model_id, claimant_id } = claim;
  const model = present(await registry.modelToHandOver(tx, model_id), 'the model that is claimed');
  if (model.creator_id !== claim.respondent_id)
    refuse('CLAIM_REFUSED', { why: 'The model has another owner by now.' });
  const agreement = present(await program.agreementInForce(tx, model_id, at), 'the agreement of a model');
  await endProposals(tx, claim, at);
  const { terms_version, share_ppm, pinned_until } = agreement;
  const in_force_from = await handOver(
    tx,
    {
      ...{ model_id, to_id: claimant_id, by, because: { claim_id: claim.id } },
      agreement: { terms_version, share_ppm, ...(pinned_until ? { pinned_until } : {}) },
    },
    at,
  );
  const terms = present(await program.termsByVersion(tx, terms_version), 'the terms of an agreement');
  const evidence = canonicalize({
    person_id: claimant_id,
    claim_id: claim.id,
    statement: { version: claim.statement_version, text: claim.statement },
    affirmed_at: claim.filed_at.toISOString(),
    terms: { version: terms_version, digest: terms.digest },
    share_ppm,
    in_force_from: in_force_from.toISOString(),
  });
  await program.recordAcceptance(
    tx,
    {
      ...{ person_id: claimant_id, terms_version, terms_digest: terms.digest },
      ...{ method: 'transfer', subject_id: claim.id, at },
    },
    present(evidence, 'the evidence'),
  );
}

/** Nothing is started with it any more. */
async function withdrawModel(tx: Tx, claim: earnings.Claim, { by }: Signed, at: Date): Promise<void> {
  const { model_id } = claim;
  await registry.modelToHandOver(tx, model_id);
  for (const { id, withdrawn_at } of await registry.releasesOfModel(tx, model_id)) {
    if (withdrawn_at !== null) continue;
    // everybody reads it; why the claim was upheld is told to its parties
    const reason = 'A claim of rights to it was upheld.';
    await registry.withdraw(tx, asId<ReleaseId>(id), { reason, by, as: 'admin', at });
    await audit(tx, { at, actor: by, act: 'release.withdraw', subject: id, detail: { claim_id: claim.id } });
    await tell(tx, 'release.withdrawn', { release_id: id, model_id }, at);
  }
  // also where its owner had withdrawn all of it before
  await tell(tx, 'model.infringes', { model_id, claim_id: claim.id }, at);
}

/** A split that was proposed to share what is somebody else's now is not what anybody agreed on. */
async function endProposals(tx: Tx, { model_id }: earnings.Claim, at: Date): Promise<void> {
  const waiting = await program.liveSplit(tx, { model_id });
  if (waiting) await withdrawSplit(tx, waiting.id, { id: 'system', as: 'system' }, at);
}
