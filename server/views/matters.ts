import type { Matter, OwnRuling } from '#api/moderation/report-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as moderation from '../modules/moderation/index.ts';
import { no, YES } from './can.ts';
import { people } from './people.ts';
import { isHidden, pointToReported } from './reported.ts';
import { type Open, whyNotRule } from './why-not-rule.ts';

const SHOWN_MAX = 100;

/** What people reported or objected to and nobody decided, or what was decided. */
export async function matterList(context: Context, moderator_id: AccountId, state: 'open' | 'decided') {
  const { db } = context;
  const open = await moderation.waitingMatters(db, SHOWN_MAX);
  const rows = state === 'open' ? open : await moderation.decidedMatters(db, SHOWN_MAX);
  return { items: await presentMatters(context, moderator_id, rows), open: open.length };
}

export async function matterFor(
  context: Context,
  moderator_id: AccountId,
  waiting: moderation.Waiting,
): Promise<Matter> {
  const [matter] = await presentMatters(context, moderator_id, [waiting]);
  return present(matter, 'what was just decided about');
}

async function presentMatters(
  context: Context,
  moderator_id: AccountId,
  rows: readonly moderation.Waiting[],
): Promise<Matter[]> {
  const { db } = context;
  const point = await pointToReported(db, rows);
  const opened = await Promise.all(rows.map((row) => openMatter(db, row)));
  const person = await people(db, [
    ...rows.map(({ owner_id }) => owner_id),
    ...opened.flatMap(({ rulings }) => rulings.map(({ by_id }) => by_id)),
  ]);
  return rows.map((row, place) => {
    const { kind, subject_id, owner_id, since } = row;
    const matter = present(opened[place], 'each matter was read');
    const { hidden, reports, rulings, objection } = matter;
    const can = (decision: moderation.Ruling['decision']) => {
      const why = whyNotRule(matter, moderator_id, { ...row, decision });
      return why ? no(why.message) : YES;
    };
    return {
      ...{ kind, subject_id, owner: person(owner_id), hidden: hidden ?? false, since: since.toISOString() },
      ...point(row),
      reports: reports
        .slice(0, SHOWN_MAX)
        .map(({ reason, text, at }) => ({ reason, text, at: at.toISOString() })),
      reports_count: reports.length,
      rulings: rulings.map(({ id, decision, reason, by_id, at }) => ({
        ...{ id, decision, reason, by: person(by_id), at: at.toISOString() },
      })),
      objection: objection && { id: objection.id, text: objection.text, at: objection.at.toISOString() },
      can: { nothing: can('nothing'), hide: can('hide'), restore: can('restore') },
    };
  });
}

/** Everything about one thing that a decision depends on. */
export async function openMatter(db: Context['db'], thing: moderation.Reportable): Promise<Open> {
  const [reports, rulings, hidden] = await Promise.all([
    moderation.openReports(db, thing),
    moderation.rulingsOn(db, thing),
    isHidden(db, thing),
  ]);
  const objections = await moderation.objectionsTo(
    db,
    rulings.map(({ id }) => id),
  );
  const answered = new Set(rulings.map(({ answers }) => answers));
  const objection = objections.find(({ id }) => !answered.has(id)) ?? null;
  return { reports, rulings, hidden, objection };
}

/** What moderators decided about what is somebody's, with what they said against it. */
export async function ownRulings(context: Context, owner_id: AccountId): Promise<{ items: OwnRuling[] }> {
  const { db } = context;
  const rulings = await moderation.rulingsAgainst(db, owner_id);
  const [point, objections] = await Promise.all([
    pointToReported(db, rulings),
    moderation.objectionsTo(
      db,
      rulings.map(({ id }) => id),
    ),
  ]);
  const answered = await moderation.answeredOf(
    db,
    objections.map(({ id }) => id),
  );
  const items = rulings.map((ruling) => {
    const { id, kind, decision, reason, at } = ruling;
    const { title, path } = point(ruling);
    const objection = objections.find(({ ruling_id }) => ruling_id === id);
    const newest = rulings.find((other) => other.kind === kind && other.subject_id === ruling.subject_id);
    return {
      ...{ id, kind, title, path, decision, reason, at: at.toISOString() },
      objection: objection
        ? { text: objection.text, at: objection.at.toISOString(), answered: answered.has(objection.id) }
        : null,
      can: {
        object: objection
          ? no('You have objected.')
          : ruling.answers
            ? no('This answered your objection.')
            : decision !== 'hide' || newest?.id !== id
              ? no('It is not hidden by this.')
              : YES,
      },
    };
  });
  return { items };
}
