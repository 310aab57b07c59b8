import type { Context } from '../context.ts';
import type { AccountId, SplitProposalId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer, setTimer } from '../kit/timers.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { ACTIVATE_TIMER, EXPIRE_TIMER } from './ask-team.ts';
import { demandUnclaimed } from './demand-unclaimed.ts';
import { makeCreator } from './make-creator.ts';

type Answer = { id: SplitProposalId; answer: 'accepted' | 'declined' };

/** Somebody consents to the part they would have, or does not. The last consent makes the split one to earn by. */
export async function answerInvitation(
  context: Context,
  person_id: AccountId,
  { id, answer }: Answer,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    // two who answer at once: the second sees what the first said
    await program.lockSplit(tx, id);
    const proposal = await program.splitById(tx, id);
    const mine = proposal?.people.find((one) => one.person_id === person_id && one.asked);
    if (!proposal || !mine) refuse('NOT_FOUND');
    if (mine.answer) refuse('ALREADY_ANSWERED', { answer: mine.answer });
    if (proposal.state === 'expired' || (proposal.state === 'proposed' && proposal.expires_at <= at))
      refuse('INVITATION_EXPIRED');
    if (proposal.state !== 'proposed')
      refuse('NOT_NOW', { state: proposal.state, act: 'answer', possible: [] });
    await program.answerSplit(tx, id, { person_id, answer, at });
    if (answer === 'declined') {
      await program.moveSplit(tx, 'decline', { id, by: { id: person_id, as: 'collaborator' }, at });
      await dropTimer(tx, { kind: EXPIRE_TIMER, subject_id: id, at });
      return;
    }
    const others = proposal.people.filter((one) => one.asked && one.person_id !== person_id);
    if (others.every((one) => one.answer === 'accepted')) await settleSplit(tx, id, at);
  });
  context.wake.send('news');
}

/** Everybody has consented: for a published model the parts are written down now, and hold from their date on. */
export async function settleSplit(tx: Tx, id: SplitProposalId, at: Date): Promise<void> {
  const proposal = present(await program.splitById(tx, id), 'the proposal');
  if (proposal.model_id) await demandUnclaimed(tx, proposal.model_id);
  await program.moveSplit(tx, 'accept', { id, by: { id: 'system', as: 'system' }, at });
  await dropTimer(tx, { kind: EXPIRE_TIMER, subject_id: id, at });
  const { model_id, effective_from, people } = proposal;
  if (!model_id || !effective_from) return;
  const in_force_from = effective_from > at ? effective_from : at;
  const parts = people
    .filter(({ part_ppm }) => part_ppm > 0)
    .map(({ person_id, role, part_ppm }) => ({ person_id, role, part_ppm }));
  for (const { person_id } of parts) await makeCreator(tx, person_id, at);
  await earnings.insertSplit(tx, { model_id, parts, agreed_at: at, in_force_from });
  await setTimer(tx, { kind: ACTIVATE_TIMER, subject_id: id, due_at: in_force_from, at });
}
