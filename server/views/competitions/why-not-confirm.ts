import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import { RUNS } from './facts.ts';
import { stillHolds } from './own-interest.ts';

/** What stands between results and their confirmation, in sentences; nothing: they may be confirmed. */
export async function whyNotConfirm(db: Db, round: competitions.Round, at: Date): Promise<string[]> {
  if (round.state !== 'dispute_window') return ['Its results are not out, or final already.'];
  const all = await competitions.disputesOf(db, round.id);
  const disputes = all.filter(({ state }) => state === 'open' || state === 'appealed');
  const until = all
    .flatMap((one) => competitions.appealUntil(one) ?? [])
    .reduce((last, time) => (time > last ? time : last), round.disputes_until);
  const cases = (await competitions.integrityCasesOf(db, round.id)).filter(({ state }) => state === 'open');
  return [
    ...when(at < round.disputes_until, `They may be disputed until ${toTheMinute(round.disputes_until)}.`),
    ...when(
      at >= round.disputes_until && at < until,
      `A ruling on a dispute may be appealed against until ${toTheMinute(until)}.`,
    ),
    ...when(disputes.length > 0, `Disputes wait for a decision: ${disputes.length}.`),
    ...when(cases.length > 0, `Cases are open at the integrity desk: ${cases.length}.`),
    ...when(!(await competitions.isCounted(db, round.id)), 'A category is being counted anew.'),
    ...(await winnersInOffice(db, round)).map(
      (name) => `${name} won and holds an office by now: they give it up, or the entry is taken out.`,
    ),
  ];
}

/** Whoever runs rounds or watches over them wins nothing, also where they came to it after they had entered. */
async function winnersInOffice(db: Db, { id }: competitions.Round): Promise<string[]> {
  const due = await competitions.awardsDue(db, id);
  const winners = await competitions.peopleOf(
    db,
    due.map(({ entry_id }) => entry_id),
  );
  const found = await Promise.all(
    winners.map(async ({ person_id, display_name }) =>
      (await stillHolds(db, person_id, RUNS)) ? [display_name] : [],
    ),
  );
  return [...new Set(found.flat())];
}

/** 2026-11-26 23:53 UTC */
const toTheMinute = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const when = (holds: boolean, says: string): string[] => (holds ? [says] : []);
