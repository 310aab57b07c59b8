import type { Context } from '../context.ts';
import { asId, type TemplateId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { monthOf, monthStart, nextMonth } from '../kit/months.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import { draftRound } from './draft-round.ts';

type Repeats = Pick<competitions.Template, 'id' | 'repeats' | 'lead_days'>;

/** The next month of which a template has no round, from the one after this on. */
export async function monthToDraft(tx: Tx, id: TemplateId, at: Date): Promise<string> {
  const made = new Set((await competitions.roundsOfTemplate(tx, id)).map(({ month }) => month));
  let month = nextMonth(monthOf(at));
  while (made.has(month)) month = nextMonth(month);
  return month;
}

export const draftedAt = (month: string, { lead_days }: Pick<Repeats, 'lead_days'>): Date =>
  new Date(monthStart(month).getTime() - lead_days * DAY_MS);

/** The next draft is due some days before its month, or now where that is past; or none is. */
export async function setDraftTimer(tx: Tx, template: Repeats, at: Date): Promise<void> {
  const timer = { kind: competitions.DRAFT_TIMER, subject_id: template.id, at };
  if (!template.repeats) {
    await dropTimer(tx, timer);
    return;
  }
  const month = await monthToDraft(tx, template.id, at);
  await setTimer(tx, { ...timer, due_at: draftedAt(month, template) });
}

/** Makes next month's draft of a template, once, for editors to look over. */
export async function draftNextRound(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const template = await competitions.lockTemplate(tx, asId<TemplateId>(subject_id));
  if (!template?.repeats) return;
  const month = await monthToDraft(tx, template.id, at);
  if (draftedAt(month, template) <= at) {
    const { title, written_by } = template;
    await draftRound(tx, { title, month, template, written_by }, { id: 'system', as: 'timer' }, at);
  }
  await setDraftTimer(tx, template, at);
}
