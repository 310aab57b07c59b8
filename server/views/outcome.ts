import { criteria, type Outcome } from '#api/program/review-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Db } from '../kit/database.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { titleOf } from './rubric.ts';

/** So long a refusal can be appealed against, once. */
export const APPEAL_DAYS = program.CLOCKS.appeal_days;

/** The end of the time for an appeal, which began with the refusal. */
export const appealUntil = ({ state_since }: Pick<program.Application, 'state_since'>): Date =>
  new Date(state_since.getTime() + APPEAL_DAYS * DAY_MS);

const REFUSED = new Set(['rejected', 'desk_rejected']);

/** What an applicant learns of what became of their application: words, scores and reasons, and no names. */
export async function outcomePage(
  { db, clock }: Context,
  applicant_id: AccountId,
  id: ApplicationId,
): Promise<Outcome> {
  const application = (await program.applicationById(db, id)) ?? refuse('NOT_FOUND');
  if (application.applicant_id !== applicant_id) refuse('NOT_FOUND');
  const [letters, decisions, appeal] = await Promise.all([
    program.lettersOf(db, id),
    program.decisionsOf(db, id),
    program.appealOf(db, id),
  ]);
  const [decision] = decisions;
  const until = REFUSED.has(application.state) && !appeal ? appealUntil(application) : null;
  return {
    application_id: id,
    version: application.version,
    state: application.state,
    letters,
    scores: decision ? await scoresOf(db, id, decision) : null,
    decision: decision ? shownDecision(decision) : null,
    appeal: appeal
      ? {
          grounds: appeal.grounds,
          appealed_at: appeal.appealed_at.toISOString(),
          outcome: appeal.outcome,
          reasons: appeal.reasons,
        }
      : null,
    appeal_until: until?.toISOString() ?? null,
    can: { appeal: mayAppeal(application, Boolean(appeal), clock.now()) },
  };
}

function mayAppeal(application: program.Application, appealed: boolean, at: Date) {
  if (appealed) return no('There was an appeal before. One is possible.');
  if (!REFUSED.has(application.state)) return no('Only a refusal can be appealed against.');
  return at < appealUntil(application) ? YES : no('The time for an appeal is over.');
}

/** Of the panel that the decision was made by; refused before review there was none. */
async function scoresOf(
  db: Db,
  application_id: ApplicationId,
  { panel, revision_id, outcome }: program.Decided,
): Promise<Outcome['scores']> {
  if (outcome === 'desk_rejected') return null;
  const reviews = await program.countedReviews(db, { application_id, panel, revision_id });
  if (reviews.length === 0) return null;
  return {
    reviews: reviews.length,
    criteria: criteria.map((criterion) => {
      const scores = reviews.map((review) => review.scores[criterion]).toSorted((a, b) => a - b);
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      return { criterion, title: titleOf(criterion), scores, mean };
    }),
  };
}

export const shownDecision = (decision: program.Decided) => ({
  outcome: decision.outcome,
  panel: decision.panel,
  reasons: decision.reasons,
  conditions: decision.conditions,
  contradicts_panel: decision.contradicts_panel,
  cool_down_days: decision.cool_down_days,
  decided_at: decision.decided_at.toISOString(),
});
