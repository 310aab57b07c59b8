import type { Reported } from '#api/moderation/report-shapes.ts';
import type { Context } from '../context.ts';
import {
  type AccountId,
  asId,
  type AssetId,
  type BoardId,
  type CommentId,
  type EntryId,
  type EventId,
  newId,
  type ObjectionId,
  type RatingId,
  type ReportId,
  type RulingId,
} from '../ids.ts';
import { audit } from '../kit/audit.ts';
import type { Db, Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as moderation from '../modules/moderation/index.ts';
import * as program from '../modules/program/index.ts';
import { limits } from '../policy.ts';
import { refuse } from '../refuse.ts';
import { isPartyTo } from '../views/competitions/own-interest.ts';
import { openMatter } from '../views/matters.ts';
import { findReported } from '../views/reported.ts';
import { whyNotRule } from '../views/why-not-rule.ts';

/** Tells the moderators of something, once until they have decided about it. */
export async function report(
  context: Context,
  reporter_id: AccountId,
  { what, reason, text }: { what: Reported; reason: moderation.Report['reason']; text: string },
  { roomIsTaken = false } = {},
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    await moderation.lockReporter(tx, reporter_id);
    if (!roomIsTaken) await demandRoomToReport(tx, reporter_id, at);
    const found = (await findReported(tx, what, reporter_id)) ?? refuse('NOT_FOUND');
    if (found.owner_id === reporter_id) refuse('ONESELF');
    await moderation.lockReportable(tx, found);
    const before = await moderation.openReports(tx, found);
    if (before.some((one) => one.reporter_id === reporter_id)) refuse('REPORTED_ALREADY');
    await moderation.insertReport(tx, { id: newId<ReportId>(at), ...found, reporter_id, reason, text, at });
    await tell(tx, 'thing.reported', { kind: found.kind, subject_id: found.subject_id }, at);
  });
  context.wake.send('news');
}

const HOUR_MS = 3_600_000;

/**
 * Somebody reports so many things in an hour, wherever they do and whichever server takes it: what a voter reports instead
 * of choosing is among them, also where it opened no case. What one server counts by itself is only the first hurdle.
 */
export async function demandRoomToReport(db: Db, reporter_id: AccountId, at: Date): Promise<void> {
  const since = new Date(at.getTime() - HOUR_MS);
  const said = await moderation.reportsBy(db, reporter_id, since);
  const cast = await competitions.reportsCast(db, reporter_id, since);
  const of_entries = said.flatMap((one) => (one.of_entry ? [one.at] : []));
  const others = said.flatMap((one) => (one.of_entry ? [] : [one.at]));
  const all = [...others, ...(cast.length > of_entries.length ? cast : of_entries)];
  if (all.length < limits.report.times) return;
  const oldest = Math.min(...all.map((one) => one.getTime()));
  refuse('RATE_LIMITED', {
    retry_after_s: Math.max(1, Math.ceil((oldest + HOUR_MS - at.getTime()) / 1_000)),
  });
}

type Decision = moderation.Reportable & { decision: moderation.Ruling['decision']; reason: string };

/** Decides about what was reported, or answers an objection. Of two at once the second finds nothing to decide. */
export async function rule(
  context: Context,
  by_id: AccountId,
  { kind, subject_id, decision, reason }: Decision,
): Promise<moderation.Waiting> {
  const at = context.clock.now();
  const thing = { kind, subject_id };
  const owner_id = await context.database.inTransaction(async (tx) => {
    await moderation.lockReportable(tx, thing);
    const matter = await openMatter(tx, thing);
    const owner_id = matter.reports[0]?.owner_id ?? matter.rulings[0]?.owner_id ?? refuse('NOT_FOUND');
    for (const category_id of await categoriesOf(tx, thing))
      if (await isPartyTo(tx, category_id, by_id)) refuse('OWN_INTEREST');
    const why = whyNotRule(matter, by_id, { owner_id, decision });
    if (why) throw why;
    const id = newId<RulingId>(at);
    const answers = matter.objection?.id ?? null;
    await moderation.insertRuling(tx, { id, ...thing, owner_id, decision, reason, by_id, answers, at });
    if (decision !== 'nothing') {
      await hide(tx, thing, decision === 'hide' ? at : null);
      await tell(tx, 'ruling.made', { ruling_id: id, owner_id, by_id }, at);
    }
    const detail = { kind, subject_id, decision, answers };
    await audit(tx, { at, actor: by_id, act: 'moderation.ruled', subject: id, detail });
    return owner_id;
  });
  context.wake.send('news');
  return { ...thing, owner_id, since: at };
}

async function hide(tx: Tx, { kind, subject_id }: moderation.Reportable, at: Date | null): Promise<void> {
  if (kind === 'creation') await hideCreation(tx, asId<AssetId>(subject_id), at);
  else if (kind === 'comment') await marketplace.hideComment(tx, asId<CommentId>(subject_id), at);
  else if (kind === 'rating') await marketplace.hideRating(tx, asId<RatingId>(subject_id), at);
  else if (kind === 'board') await generation.changeBoard(tx, asId<BoardId>(subject_id), { hidden_at: at });
  else if (kind === 'event') await campaigns.hideEvent(tx, asId<EventId>(subject_id), at);
  else if (kind === 'entry') await hideEntry(tx, asId<EntryId>(subject_id), at);
  else if (kind === 'message' || kind === 'offer') await program.hideSaid(tx, subject_id, at);
}

/** The contests that a decision about this bears on: whoever has a part in one does not take rivals away. */
async function categoriesOf(tx: Tx, { kind, subject_id }: moderation.Reportable) {
  if (kind !== 'entry' && kind !== 'creation') return [];
  const ids =
    kind === 'entry'
      ? [asId<EntryId>(subject_id)]
      : await competitions.entriesOfAsset(tx, asId<AssetId>(subject_id));
  const entries = await competitions.entriesByIds(tx, ids);
  return [...new Set(entries.map(({ category_id }) => category_id))];
}

/** What is hidden is shown to no voter either; an entry that was taken down for itself stays down. */
async function hideCreation(tx: Tx, id: AssetId, at: Date | null): Promise<void> {
  await marketplace.hideCreation(tx, id, at);
  for (const entry_id of await competitions.entriesOfAsset(tx, id)) {
    const own = await moderation.lastRuling(tx, 'entry', entry_id);
    if (own?.decision !== 'hide') await competitions.takeDownEntry(tx, entry_id, at);
  }
}

/** An entry comes back with its creation only. */
async function hideEntry(tx: Tx, id: EntryId, at: Date | null): Promise<void> {
  const entry = await competitions.entryById(tx, id);
  const creation = entry?.asset_id ? await marketplace.creationById(tx, entry.asset_id) : undefined;
  if (at !== null || !creation?.hidden_at) await competitions.takeDownEntry(tx, id, at);
}

/** What the maker says against a decision that hides something of theirs, once. Another moderator answers it. */
export async function object(
  context: Context,
  by_id: AccountId,
  ruling_id: RulingId,
  text: string,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const [ruling] = await moderation.rulingsByIds(tx, [ruling_id]);
    if (!ruling || ruling.owner_id !== by_id) refuse('NOT_FOUND');
    await moderation.lockReportable(tx, ruling);
    if ((await moderation.objectionsTo(tx, [ruling_id])).length > 0) refuse('OBJECTED_ALREADY');
    const last = await moderation.lastRuling(tx, ruling.kind, ruling.subject_id);
    if (ruling.answers) refuse('OBJECTED_ALREADY');
    if (ruling.decision !== 'hide' || last?.id !== ruling_id) refuse('NOT_HIDDEN');
    await moderation.insertObjection(tx, { id: newId<ObjectionId>(at), ruling_id, by_id, text, at });
    await tell(tx, 'ruling.objected', { ruling_id }, at);
  });
  context.wake.send('news');
}
