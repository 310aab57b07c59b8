import type { Application, Assignment } from '../modules/program/index.ts';
import { no, YES } from './can.ts';

/** The states in which the reviews of a panel are released to it. */
const released = new Set(['deliberation', 'awaiting_signature']);

/** Whether somebody may talk with a panel: a chair, or a reviewer who has submitted, once the reviews are released. */
export function mayDiscuss(application: Application, mine: readonly Assignment[], is_chair: boolean) {
  if (!released.has(application.state)) return no('The panel talks once its reviews are released.');
  const in_panel = mine.some(
    ({ panel, kind, state }) => panel === application.panel && kind !== 'gold' && state === 'submitted',
  );
  return is_chair || in_panel ? YES : no('Submit your review first.');
}

/** A reviewer sees the others once their own review is in and the panel deliberates or has decided. */
export const seesOthers = (application: Application, mine: Assignment): boolean =>
  mine.kind !== 'gold' &&
  mine.state === 'submitted' &&
  (mine.panel < application.panel || !BEFORE_RELEASE.has(application.state));

const BEFORE_RELEASE = new Set(['draft', 'submitted', 'screening', 'needs_changes', 'in_review']);
