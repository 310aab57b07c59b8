import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as program from '../../server/modules/program/index.ts';
import * as earnings from '../../server/modules/earnings/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { type ApplicationId, type DeclaredConflictId, type ModelId, newId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import {
  assignmentOf,
  content,
  everybodyReviews,
  type Person,
  person as somebody,
  review,
  scores,
  submitAgain,
  submitted,
} from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-23T12:00:00Z'));
let world: World;
let ada: Person;
let cora: Person;
let chairs: [Person, Person, Person];
let reviewers: Person[];

/** Whoever was made for a single test may be asked in another. */
const met = new Map<string, Person>();
const known = (id: string) => met.get(id);
async function person(...of: Parameters<typeof somebody>): Promise<Person> {
  const who = await somebody(...of);
  met.set(who.id, who);
  return who;
}

beforeAll(async () => {
  world = await startWorld({ roles: 'web', clock });
  ada = await person(world, 'Adaline');
  cora = await person(world, 'cora', 'coordinator');
  chairs = [
    await person(world, 'chairperson-a', 'chair'),
    await person(world, 'chairperson-b', 'chair'),
    await person(world, 'chairperson-c', 'chair', 'reviewer'),
  ];
  reviewers = [chairs[2]];
  for (const name of ['umpire-a', 'umpire-b', 'umpire-c', 'umpire-d', 'umpire-e', 'umpire-f', 'umpire-g'])
    reviewers.push(await person(world, name, 'reviewer'));
}, 60_000);
afterAll(() => world.end());

/** Reviewers but for the chair who reviews too. */
const onlyReviewers = () => reviewers.slice(1);
const desk = (by: Person) => by.api.program;
const fileOf = (id: string, by: Person = cora) => desk(by).getDeskFile({ id });
const versionOf = async (id: ApplicationId) =>
  present(await program.applicationById(world.context.db, id), 'an application').version;
const stateOf = async (id: ApplicationId) =>
  present(await program.applicationById(world.context.db, id), 'an application').state;

const days = (count: number) => clock.advance(count * DAY_MS);

/** Screened, and given to the first three reviewers. */
async function inReview(
  slug: string,
  asked = onlyReviewers().slice(0, 3),
  change = {},
): Promise<ApplicationId> {
  const id = await submitted(world, ada, slug, change);
  await desk(cora).createScreening({ id, version: await versionOf(id) });
  const handles = asked.map(({ handle }) => handle);
  await desk(cora).createPanel({ id, version: await versionOf(id), reviewers: handles });
  return id;
}

async function inDeliberation(
  slug: string,
  recommendation: 'accept' | 'waitlist' | 'reject' = 'accept',
): Promise<ApplicationId> {
  const id = await inReview(slug);
  await everybodyReviews(world, [...met.values()], id, recommendation);
  expect(await stateOf(id)).toBe('deliberation');
  return id;
}

const decision = (outcome: 'accepted' | 'waitlisted' | 'rejected') => ({
  outcome,
  reasons: 'Because of the sea.',
});
const decide = async (
  chair: Person,
  id: ApplicationId,
  outcome: 'accepted' | 'waitlisted' | 'rejected',
  propose = false,
) => desk(chair).createDecision({ id, version: await versionOf(id), decision: decision(outcome), propose });
const askOf = async (who: Person, id: ApplicationId) =>
  present(await assignmentOf(world, who, id), `what ${who.handle} was asked`);

/** What only somebody with the database in their hands could do. */
async function tamperedBy(change: string): Promise<void> {
  const owner = new pg.Client(present(world.context.config.database_url, 'the address of the database'));
  await owner.connect();
  await owner.query(`begin; set local session_replication_role = replica; ${change}; commit`);
  await owner.end();
}

describe('the whole road', () => {
  test('changes are asked for, reviewers disagree, the panel is contradicted, and the appeal is heard', async () => {
    const id = await inReview('road', onlyReviewers().slice(0, 3), {
      what_it_does: 'adaline paints. Ask @Adaline.',
    });
    const first = present(reviewers[1], 'a reviewer');
    const page = await first.api.program.getAssignment({ id: (await askOf(first, id)).id });
    expect(page.content.what_it_does).toBe('[the author] paints. Ask [the author].');
    expect(JSON.stringify(page).toLowerCase()).not.toContain('adaline');
    expect(page).toMatchObject({ others: null, remarks: null, can: { submit: { allowed: true } } });
    expect(page.compared_to).toBeNull();
    await expectRefusal(first.api.program.getAssignmentDiff({ id: page.id }), 'NOT_FOUND');

    // one review is in when the applicant is asked to change something
    await first.api.program.createReview({ id: page.id, review: review('accept') });
    days(1);
    await desk(cora).createChangeRequest({ id, version: await versionOf(id), asked: 'Say more of the sea.' });
    const second = present(reviewers[2], 'a reviewer');
    const resting = await askOf(second, id);
    await expectRefusal(
      second.api.program.createReview({ id: resting.id, review: review('accept') }),
      'NOT_NOW',
    );
    days(20);
    await fireTimers(world.context);
    expect((await askOf(second, id)).state).toBe('assigned');
    await submitAgain(world, ada, id, content('road', { sets_apart: 'Tides.' }));
    await desk(cora).createScreening({ id, version: await versionOf(id) });
    await desk(cora).createPanel({ id, version: await versionOf(id) });
    const again = await first.api.program.getAssignment({ id: page.id });
    expect(again).toMatchObject({ state: 'assigned', revision: 2, content: { sets_apart: 'Tides.' } });
    expect(again.mine).toHaveLength(1);

    // what changed since the review: for the reviewer without a name, at the desk word by word, for nobody else
    const since = await first.api.program.getAssignmentDiff({ id: page.id });
    expect(since).toMatchObject({ from: again.compared_to, to: 2 });
    expect(since.changes.map(({ path }) => path).toSorted()).toEqual(['sets_apart', 'what_it_does']);
    expect(since.changes[0]?.before).toBe('[the author] paints. Ask [the author].');
    expect(JSON.stringify(since).toLowerCase()).not.toContain('adaline');
    const at_desk = await desk(cora).getDeskDiff({ id, number: 2 });
    expect(at_desk.changes).toMatchObject([
      { path: 'what_it_does', before: 'adaline paints. Ask @Adaline.' },
      { path: 'sets_apart', before: 'It knows the sea.', after: 'Tides.' },
    ]);
    await expectRefusal(desk(cora).getDeskDiff({ id, number: 3 }), 'NOT_FOUND');
    const elsewhere = present(reviewers[6], 'a reviewer who was not asked').api.program;
    await expectRefusal(elsewhere.getAssignmentDiff({ id: page.id }), 'NOT_FOUND');
    await expectRefusal(elsewhere.getDeskDiff({ id, number: 2 }), 'NOT_ALLOWED');
    const went_on = await second.api.program.getAssignment({ id: resting.id });
    // nine days were left when the clock was stopped
    expect(Date.parse(went_on.due_at) - clock.now().getTime()).toBe(9 * DAY_MS);

    // three against one criterion: one more is asked
    await first.api.program.createReview({ id: page.id, review: review('accept') });
    await second.api.program.createReview({ id: resting.id, review: review('accept', { quality: 1 }) });
    expect(await everybodyReviews(world, [...met.values()], id, 'accept')).toHaveLength(1);
    expect(await stateOf(id)).toBe('in_review');
    const file = await fileOf(id);
    expect(file.stand).toMatchObject({ counted: 3, needed: 4, disagrees: true, median: 'accept' });
    expect(await everybodyReviews(world, [...met.values()], id, 'accept')).toHaveLength(1);
    expect(await stateOf(id)).toBe('deliberation');

    // now they see each other, by no name, and talk
    const seen = await first.api.program.getAssignment({ id: page.id });
    expect(seen.others).toHaveLength(3);
    await first.api.program.createPanelRemark({ id: page.id, text: 'A one for quality?' });
    await desk(chairs[0]).createRemark({ id, text: 'Look at the tides again.' });
    const talk = (await second.api.program.getAssignment({ id: resting.id })).remarks;
    expect(talk?.map(({ by }) => by)).toEqual([expect.stringMatching(/^Reviewer \d$/), 'The chair']);
    const changed = await second.api.program.createReview({
      id: resting.id,
      review: review('accept', { quality: 3 }),
      replaces: 1,
    });
    expect(changed.mine[0]).toMatchObject({ number: 2, after_release: true });

    // a refusal against the panel takes two chairs
    const refused = await expectRefusal(decide(chairs[0], id, 'rejected'), 'SECOND_SIGNER_NEEDED');
    expect(refused).toMatchObject({ median: 'accept' });
    await decide(chairs[0], id, 'rejected', true);
    expect(await stateOf(id)).toBe('awaiting_signature');
    await expectRefusal(
      desk(chairs[0]).createSignature({ id, version: await versionOf(id), sign: true }),
      'NOT_ALLOWED',
    );
    await desk(chairs[1]).createSignature({ id, version: await versionOf(id), sign: false, why: 'Hm.' });
    await decide(chairs[0], id, 'rejected', true);
    await desk(chairs[1]).createSignature({ id, version: await versionOf(id), sign: true });
    const outcome = await ada.api.program.getOutcome({ id });
    expect(outcome).toMatchObject({
      state: 'rejected',
      decision: { outcome: 'rejected', contradicts_panel: true },
      scores: { reviews: 4 },
      can: { appeal: { allowed: true } },
    });
    expect(outcome.letters.map(({ kind }) => kind)).toEqual(['changes', 'decision']);
    const letter = present(outcome.letters[1], 'the letter').text;
    expect(letter).toContain('Because of the sea.');
    expect(letter).toContain('- Quality: 3.8 (3, 4, 4, 4)');
    const said = JSON.stringify(outcome);
    for (const { handle } of [...reviewers, ...chairs]) expect(said).not.toContain(handle);

    // appealed, heard by a chair who had no part in it, reviewed by two who have not seen it, accepted
    await ada.api.program.createAppeal({ id, version: outcome.version, grounds: 'The tides!' });
    const reopen = async (chair: Person) =>
      desk(chair).createAppealAnswer({
        id,
        version: await versionOf(id),
        outcome: 'reopened',
        reasons: 'Fair.',
      });
    await expectRefusal(reopen(chairs[0]), 'NOT_ALLOWED');
    await expectRefusal(reopen(chairs[1]), 'NOT_ALLOWED');
    const fresh = await person(world, 'chairperson-d', 'chair');
    await reopen(fresh);
    const panels = (await fileOf(id, fresh)).assignments.filter(({ panel }) => panel === 2);
    expect(panels).toHaveLength(2);
    const before = (await fileOf(id, fresh)).assignments.filter(({ panel }) => panel === 1);
    for (const { reviewer } of panels)
      expect(before.map((one) => one.reviewer.handle)).not.toContain(reviewer.handle);
    expect(await everybodyReviews(world, [...met.values()], id, 'accept')).toHaveLength(2);
    await expectRefusal(decide(chairs[0], id, 'accepted'), 'NOT_ALLOWED');
    await decide(fresh, id, 'accepted');
    expect(await stateOf(id)).toBe('agreement_pending');
    const offer = await program.offerOfApplication(world.context.db, id);
    expect(offer).toMatchObject({ state: 'open' });
    expect((await ada.api.program.getOutcome({ id })).letters.map(({ kind }) => kind)).toEqual([
      'changes',
      'decision',
      'appeal',
      'decision',
    ]);
    const steps = (await fileOf(id, fresh)).steps.map(({ act }) => act);
    expect(steps.slice(-4)).toEqual(['appeal', 'reopen', 'deliberate', 'accept']);
  });
});

describe('refusals at the desk', () => {
  test('somebody else sees nothing, and nobody sees a draft', async () => {
    const id = await inReview('nothing');
    const stranger = await person(world, 'stranger', 'reviewer');
    const asked = await askOf(present(reviewers[1], 'a reviewer'), id);
    await expectRefusal(stranger.api.program.getAssignment({ id: asked.id }), 'NOT_FOUND');
    await expectRefusal(stranger.api.program.getOutcome({ id }), 'NOT_FOUND');
    await expectRefusal(
      stranger.api.program.createReview({ id: asked.id, review: review('accept') }),
      'NOT_FOUND',
    );
    await expectRefusal(stranger.api.program.getDeskFile({ id }), 'NOT_ALLOWED');
    const draft = await ada.api.program.createApplication({});
    await expectRefusal(fileOf(draft.id), 'NOT_FOUND');
    await ada.api.program.createApplicationWithdrawal({ id: draft.id, version: draft.version });
  });

  test('an act of another state, of an older version, and an unknown reviewer', async () => {
    const id = await submitted(world, ada, 'early');
    const asked = { id, version: 2, reviewers: [] };
    await expectRefusal(desk(cora).createPanel(asked), 'NOT_NOW');
    await expectRefusal(desk(cora).createScreening({ id, version: 1 }), 'STATE_CHANGED');
    await desk(cora).createScreening({ id, version: 2 });
    await expectRefusal(
      desk(cora).createPanel({ ...asked, version: 3, reviewers: [ada.handle] }),
      'REVIEWER_UNKNOWN',
    );
    await expectRefusal(decide(chairs[0], id, 'accepted'), 'NOT_NOW');
    await desk(cora).createDeskRejection({ id, version: 3, reasons: 'Not a model.', cool_down_days: 30 });
    expect((await ada.api.program.getOutcome({ id })).letters[0]?.text).toContain('Not a model.');
    const cooling = await program.coolDownOf(world.context.db, ada.id, clock.now());
    expect(cooling).toEqual({ until: new Date(clock.now().getTime() + 30 * DAY_MS) });
    const version = await versionOf(id);
    days(31);
    const late = await expectRefusal(
      ada.api.program.createAppeal({ id, version, grounds: 'It is.' }),
      'APPEAL_TOO_LATE',
    );
    expect(late.until).toBeTypeOf('string');
    expect(await program.coolDownOf(world.context.db, ada.id, clock.now())).toBeNull();
  });

  test('an appeal comes once, and a refusal that stands is answered by somebody new', async () => {
    const id = await submitted(world, ada, 'once');
    await desk(cora).createScreening({ id, version: await versionOf(id) });
    const reasons = 'Not a model.';
    await desk(cora).createDeskRejection({ id, version: await versionOf(id), reasons, cool_down_days: 0 });
    const appeal = async () =>
      ada.api.program.createAppeal({ id, version: await versionOf(id), grounds: 'It is one.' });
    await appeal();
    await expectRefusal(appeal(), 'APPEALED_ALREADY');
    await desk(chairs[0]).createAppealAnswer({
      id,
      version: await versionOf(id),
      outcome: 'upheld',
      reasons: 'It is none.',
    });
    expect(await ada.api.program.getOutcome({ id })).toMatchObject({
      state: 'upheld',
      appeal: { outcome: 'upheld', reasons: 'It is none.' },
      can: { appeal: { allowed: false } },
    });
  });

  test('too few reviews, a chair who reviewed, and a reviewer who was asked before', async () => {
    const asked = [chairs[2], ...onlyReviewers().slice(0, 2)];
    const id = await inReview('few', asked);
    const version = await versionOf(id);
    await expectRefusal(
      desk(cora).createAssignment({ id, version, reviewer: chairs[2].handle }),
      'ASKED_ALREADY',
    );
    // the chair who reviews it too is as blind as the others
    const first = present(reviewers[1], 'a reviewer');
    await first.api.program.createReview({ id: (await askOf(first, id)).id, review: review('accept') });
    await expectRefusal(fileOf(id, chairs[2]), 'NOT_ALLOWED');
    await expectRefusal(desk(chairs[2]).createRemark({ id, text: 'Hm.' }), 'NOT_ALLOWED');
    expect((await fileOf(id)).assignments.flatMap(({ reviews }) => reviews)).toHaveLength(1);
    await everybodyReviews(world, [...met.values()], id, 'accept');
    await expectRefusal(decide(chairs[2], id, 'accepted'), 'CHAIR_REVIEWED');
    // one of the three turns out to have a conflict: it counts no more, and two are too few
    await desk(first).createDeclaredConflict({ handle: ada.handle, reason: 'We are cousins.' });
    const missing = await expectRefusal(decide(chairs[0], id, 'accepted'), 'QUORUM_MISSING');
    expect(missing).toMatchObject({ counted: 2, needed: 3 });
    expect(await askOf(first, id)).toMatchObject({
      state: 'voided',
      reason: expect.stringMatching(/cousins/),
    });
    await desk(chairs[0]).createAssignment({ id, version: await versionOf(id) });
    expect(await stateOf(id)).toBe('in_review');
    await everybodyReviews(world, [...met.values()], id, 'accept');
    await decide(chairs[0], id, 'accepted');
    expect(await stateOf(id)).toBe('agreement_pending');
    reviewers = reviewers.filter((one) => one !== first);
  });

  test('a revision that is no longer what was reviewed', async () => {
    const id = await inDeliberation('changed');
    await tamperedBy(`update program.revision set content = jsonb_set(content, '{title}', '"Other"')
      where application_id = '${id}'`);
    await expectRefusal(decide(chairs[0], id, 'accepted'), 'FILES_CHANGED');
    expect((await fileOf(id)).intact).toBe(false);
  });

  test('files that were uploaded: shown without their digests, and gone when it is to be decided', async () => {
    const digest = 'ab'.repeat(32);
    const bytes = 5_000;
    const report = { format: 'safetensors' as const, tensors: 1, parameters: 1, types: {}, metadata: {} };
    const upload = () =>
      world.context.database.inTransaction((tx) =>
        registry.noteModelFile(
          tx,
          ada.id,
          { digest, name: 'ada.safetensors', bytes, report, uploaded_at: clock.now() },
          1_000_000,
        ),
      );
    expect(await upload()).toBe(true);
    const { release } = content('files');
    const files = [{ role: 'weights', digest: `sha256:${digest}` }];
    const id = await inReview('files', onlyReviewers().slice(0, 3), { release: { ...release, files } });
    const first = present(reviewers[1], 'a reviewer');
    const page = await desk(first).getAssignment({ id: (await askOf(first, id)).id });
    expect(page.content.files).toEqual([{ role: 'weights', format: 'safetensors', bytes }]);
    expect(JSON.stringify(page)).not.toContain(digest);
    await everybodyReviews(world, [...met.values()], id, 'accept');
    await tamperedBy(`delete from registry.model_file where digest = '${digest}'`);
    await expectRefusal(decide(chairs[0], id, 'accepted'), 'FILES_CHANGED');
    await upload();
    await decide(chairs[0], id, 'accepted');
    expect(await stateOf(id)).toBe('agreement_pending');
  });

  test('who is at the desk and in the panel stays blind', async () => {
    const janus = await person(world, 'janus', 'reviewer', 'coordinator');
    const asked = [janus, ...onlyReviewers().slice(0, 2)];
    const own = await submitted(world, ada, 'own-panel');
    await desk(janus).createScreening({ id: own, version: await versionOf(own) });
    const themselves = {
      id: own,
      version: await versionOf(own),
      reviewers: asked.map(({ handle }) => handle),
    };
    await expectRefusal(desk(janus).createPanel(themselves), 'NOT_ALLOWED');
    expect(await stateOf(own)).toBe('screening');
    const id = await inReview('janus', asked);
    const { why } = await expectRefusal(fileOf(id, janus), 'NOT_ALLOWED');
    expect(why).toMatch(/You review/);
    const listed = async (who: Person) =>
      (await desk(who).listDesk({ limit: 100, state: 'in_review' })).items.map((one) => one.id);
    expect(await listed(cora)).toContain(id);
    expect(await listed(janus)).not.toContain(id);
    expect((await desk(janus).getBench({ id })).can.retry.why).toMatch(/have a part/);
  });

  test('after an appeal nobody is named who has seen it', async () => {
    const id = await inDeliberation('named', 'reject');
    const seen = present((await program.assignmentsOf(world.context.db, id))[0], 'an assignment').reviewer_id;
    await decide(chairs[0], id, 'rejected');
    await ada.api.program.createAppeal({ id, version: await versionOf(id), grounds: 'The tides!' });
    const reopened = { outcome: 'reopened' as const, reasons: 'Fair.' };
    await desk(chairs[1]).createAppealAnswer({ id, version: await versionOf(id), ...reopened });
    await desk(cora).createChangeRequest({ id, version: await versionOf(id), asked: 'Say more.' });
    await submitAgain(world, ada, id, content('named', { sets_apart: 'Tides.' }));
    await desk(cora).createScreening({ id, version: await versionOf(id) });
    const named = {
      id,
      version: await versionOf(id),
      reviewers: [present(known(seen), 'who saw it').handle],
    };
    await expectRefusal(desk(cora).createPanel(named), 'ASKED_ALREADY');
  });

  test('marking gold: only what is decided, once, and by nobody with an interest; what counted stays', async () => {
    const late = await person(world, 'late-cousin', 'reviewer');
    const id = await inReview('golden', [late, ...onlyReviewers().slice(0, 2)]);
    const mark = () => desk(cora).createGold({ id, scores: scores() });
    await expectRefusal(mark(), 'NOT_NOW');
    await everybodyReviews(world, [...met.values()], id, 'reject');
    await decide(chairs[0], id, 'rejected');
    // a conflict that is found after the case is closed takes nothing out of it
    const reason = 'We are cousins.';
    const mine = await askOf(late, id);
    await expectRefusal(desk(late).createReviewDecline({ id: mine.id, reason, conflict: true }), 'NOT_NOW');
    await desk(late).createDeclaredConflict({ handle: ada.handle, reason });
    await expectRefusal(decide(chairs[0], id, 'rejected'), 'NOT_NOW');
    expect((await askOf(late, id)).state).toBe('submitted');
    const gilder = await person(world, 'gilder', 'coordinator', 'chair');
    await desk(gilder).createDeclaredConflict({ handle: ada.handle, reason });
    await expectRefusal(desk(gilder).createGold({ id, scores: scores() }), 'CONFLICT_OF_INTEREST');
    await expectRefusal(desk(gilder).createBenchRetry({ id, version: 1 }), 'CONFLICT_OF_INTEREST');
    expect((await mark()).gold?.scores).toEqual(scores());
    await expectRefusal(mark(), 'MARKED_ALREADY');
  });
});

describe('conflicts of interest', () => {
  const begin = async (id: ApplicationId, ...asked: Person[]) =>
    desk(cora).createPanel({
      id,
      version: await versionOf(id),
      reviewers: asked.map(({ handle }) => handle),
    });
  const screened = async (slug: string, change = {}) => {
    const id = await submitted(world, ada, slug, change);
    await desk(cora).createScreening({ id, version: await versionOf(id) });
    return id;
  };
  /** Nobody of `them` may be asked, for this reason, and nobody picks them. */
  async function refused(id: ApplicationId, them: Person, why: RegExp): Promise<void> {
    const { reasons } = await expectRefusal(begin(id, them), 'CONFLICT_OF_INTEREST');
    expect(String(reasons)).toMatch(why);
    await begin(id);
    expect(await assignmentOf(world, them, id)).toBeUndefined();
    expect(await stateOf(id)).toBe('in_review');
  }

  test('the applicant, who cannot judge their own at the desk either', async () => {
    const both = await person(world, 'both', 'reviewer', 'coordinator', 'chair');
    const id = await submitted(world, both, 'own');
    await expectRefusal(fileOf(id, both), 'CONFLICT_OF_INTEREST');
    await expectRefusal(
      desk(both).createScreening({ id, version: await versionOf(id) }),
      'CONFLICT_OF_INTEREST',
    );
    await desk(cora).createScreening({ id, version: await versionOf(id) });
    await refused(id, both, /own application/);
  });

  test('a reviewer is not told why, takes no further part, and cannot declare everybody', async () => {
    const nosy = await person(world, 'nosy', 'reviewer');
    const id = await inReview('nosy', [nosy, ...onlyReviewers().slice(0, 2)]);
    const mine = await askOf(nosy, id);
    await desk(nosy).createDeclaredConflict({ handle: ada.handle, reason: 'Is it her?' });
    const write = () => desk(nosy).createReview({ id: mine.id, review: review('accept') });
    expect(await expectRefusal(write(), 'CONFLICT_OF_INTEREST')).toMatchObject({ reasons: [] });
    expect((await askOf(nosy, id)).state).toBe('voided');
    await expectRefusal(write(), 'NOT_NOW');
    // somebody else was asked at once
    const asked = await program.assignmentsOf(world.context.db, id);
    expect(asked.filter(({ state }) => state === 'assigned')).toHaveLength(3);
    await world.context.database.inTransaction(async (tx) => {
      for (let count = 1; count < 50; count += 1)
        await program.declareConflict(tx, {
          ...{ id: newId<DeclaredConflictId>(clock.now()), person_id: nosy.id, application_id: null },
          ...{ with_id: cora.id, reason: 'Everybody.', declared_at: clock.now() },
        });
    });
    await expectRefusal(
      desk(nosy).createDeclaredConflict({ handle: cora.handle, reason: 'Everybody.' }),
      'CONFLICTS_FULL',
    );
  });

  test('somebody of the team', async () => {
    const mate = await person(world, 'mate', 'reviewer');
    const id = await screened('team', { team: [{ handle: mate.handle, part_ppm: 200_000 }] });
    await refused(id, mate, /in its team/);
  });

  test('who shares the earnings of another model with the applicant', async () => {
    const sharer = await person(world, 'sharer', 'reviewer');
    const { release_id: _, ...drift } = await world.visitor().api.registry.getModel({ slug: 'drift' });
    const model = await world.context.db
      .selectFrom('registry.model')
      .select('id')
      .where('slug', '=', drift.slug)
      .executeTakeFirstOrThrow();
    await world.context.database.inTransaction((tx) =>
      earnings.insertSplit(tx, {
        model_id: model.id as ModelId,
        parts: [
          { person_id: ada.id, role: 'creator', part_ppm: 500_000 },
          { person_id: sharer.id, role: 'collaborator', part_ppm: 500_000 },
        ],
        agreed_at: clock.now(),
        in_force_from: clock.now(),
      }),
    );
    await refused(await screened('split'), sharer, /share the earnings/);
  });

  test('whose model it was made from', async () => {
    const { release_id, creator } = await world.visitor().api.registry.getModel({ slug: 'drift' });
    const maker = await world.creator(creator.handle);
    const { account } = await maker.api.identity.getMe();
    const parent = {
      ...maker,
      email: '',
      handle: creator.handle,
      id: present(account, 'an account').id,
    } as Person;
    await tamperedBy(`insert into identity.role (account_id, role, granted_at, granted_by)
      values ('${parent.id}', 'reviewer', now(), 'a test') on conflict do nothing`);
    const parents = [{ release_id, royalty_ppm: 100_000 }];
    await refused(
      await screened('parent', { lineage: { kind: 'derived', parents } }),
      parent,
      /made from a model/,
    );
    await tamperedBy(`delete from identity.role where account_id = '${parent.id}' and role = 'reviewer'`);
  });

  test('who declared it, about the person or while reviewing', async () => {
    const cousin = await person(world, 'cousin', 'reviewer');
    await desk(cousin).createDeclaredConflict({ handle: ada.handle, reason: 'We are cousins.' });
    expect((await desk(cousin).listDeclaredConflicts({})).items).toHaveLength(1);
    await refused(await screened('declared'), cousin, /cousins/);
    const id = await inReview('declined');
    const second = present(reviewers[2], 'a reviewer');
    const mine = await askOf(second, id);
    const reason = 'I know this model.';
    await desk(second).createReviewDecline({ id: mine.id, reason, conflict: true });
    expect(await askOf(second, id)).toMatchObject({ state: 'declined', reason });
    const asked = await program.assignmentsOf(world.context.db, id);
    // somebody else was asked at once
    expect(asked.filter(({ state }) => state === 'assigned')).toHaveLength(3);
    await expectRefusal(
      desk(second).createReviewDecline({ id: mine.id, reason, conflict: false }),
      'NOT_NOW',
    );
  });
});

describe('time passes', () => {
  const mailTo = async (who: Person) =>
    (await world.visitor().api.identity.listMail({ limit: 100 })).items
      .filter(({ to }) => to === who.email)
      .map(({ subject }) => subject);

  test('a silent reviewer is reminded three times, and then somebody else is asked', async () => {
    const silent = await person(world, 'silent', 'reviewer');
    const id = await inReview('silent', [silent, ...onlyReviewers().slice(1, 3)]);
    for (const wait of [7, 3, 2]) {
      days(wait);
      await fireTimers(world.context);
    }
    expect((await mailTo(silent)).filter((subject) => /left|due|late/.test(subject))).toHaveLength(3);
    expect((await askOf(silent, id)).state).toBe('assigned');
    days(2);
    await fireTimers(world.context);
    expect((await askOf(silent, id)).state).toBe('reassigned');
    await expectRefusal(
      desk(silent).createReview({ id: (await askOf(silent, id)).id, review: review('accept') }),
      'NOT_NOW',
    );
  });

  test('at the deadline two reviews are enough, and one is not', async () => {
    const id = await inReview('deadline');
    const one = present(reviewers[1], 'a reviewer');
    const two = present(reviewers[2], 'a reviewer');
    await desk(one).createReview({ id: (await askOf(one, id)).id, review: review('accept') });
    days(15);
    await fireTimers(world.context);
    expect(await stateOf(id)).toBe('in_review');
    const again = await askOf(two, id);
    if (again.state === 'assigned') await desk(two).createReview({ id: again.id, review: review('accept') });
    else {
      const [next] = (await program.assignmentsOf(world.context.db, id)).filter(
        ({ state }) => state === 'assigned',
      );
      const other = present(known(next?.reviewer_id ?? ''), 'who was asked instead');
      await desk(other).createReview({ id: present(next, 'another').id, review: review('accept') });
    }
    days(4);
    await fireTimers(world.context);
    expect(await stateOf(id)).toBe('deliberation');
    await decide(chairs[0], id, 'accepted');
    expect(await stateOf(id)).toBe('agreement_pending');
  });

  test('changes that never come, and a waiting list that never moves', async () => {
    const asked = await submitted(world, ada, 'never');
    await desk(cora).createScreening({ id: asked, version: await versionOf(asked) });
    await desk(cora).createChangeRequest({ id: asked, version: await versionOf(asked), asked: 'Please.' });
    const waits = await inDeliberation('waits', 'waitlist');
    await decide(chairs[0], waits, 'waitlisted');
    const looked_at_again = await inDeliberation('again', 'waitlist');
    await decide(chairs[0], looked_at_again, 'waitlisted');
    days(31);
    await fireTimers(world.context);
    expect([await stateOf(asked), await stateOf(waits)]).toEqual(['lapsed', 'waitlisted']);
    await desk(cora).createPanel({ id: looked_at_again, version: await versionOf(looked_at_again) });
    days(150);
    await fireTimers(world.context);
    expect(await stateOf(waits)).toBe('lapsed');
    expect(await stateOf(looked_at_again)).not.toBe('lapsed');
    expect((await ada.api.program.getOutcome({ id: asked })).letters.at(-1)?.kind).toBe('lapse');
  });
});

describe('drafts, queue and calibration', () => {
  test('a draft is saved over the one that was seen, and notes stay private', async () => {
    const id = await inReview('draft');
    const who = present(reviewers[1], 'a reviewer');
    const mine = await askOf(who, id);
    const draft = { recommendation: 'accept' };
    const saved = await desk(who).updateReviewDraft({ id: mine.id, draft, notes: 'psst', draft_version: 1 });
    expect(saved).toMatchObject({ draft, notes: 'psst', draft_version: 2 });
    await expectRefusal(
      desk(who).updateReviewDraft({ id: mine.id, draft, notes: '', draft_version: 1 }),
      'DRAFT_CHANGED',
    );
    await expectRefusal(
      desk(who).updateReviewDraft({ id: mine.id, draft: { x: 'x'.repeat(50_000) }, draft_version: 2 }),
      'DRAFT_TOO_LARGE',
    );
    expect(JSON.stringify(await fileOf(id))).not.toContain('psst');
    const { items } = await desk(who).listAssignments({ state: 'open' });
    expect(items.map((one) => one.id)).toContain(mine.id);
  });

  test('the queue goes on where its page ended, by state, modality and what is overdue', async () => {
    for (const slug of ['q-1', 'q-2', 'q-3']) await inReview(slug);
    for (const slug of ['q-4', 'q-5', 'q-6']) await submitted(world, ada, slug);
    const all: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await desk(cora).listDesk({ limit: 4, ...(cursor ? { cursor } : {}) });
      all.push(...page.items.map((one) => one.id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    const whole = await desk(cora).listDesk({ limit: 100 });
    expect(all).toEqual(whole.items.map((one) => one.id));
    expect(new Set(all).size).toBe(all.length);
    const due = whole.items.flatMap(({ due_at }) => due_at ?? []);
    expect(due).toEqual(due.toSorted());
    const reviewed = await desk(cora).listDesk({ state: 'in_review', modality: 'image', limit: 100 });
    expect(new Set(reviewed.items.map(({ state }) => state))).toEqual(new Set(['in_review']));
    expect((await desk(cora).listDesk({ modality: 'music' })).items).toEqual([]);
    const overdue = await desk(cora).listDesk({ overdue: 'true', limit: 100 });
    expect(overdue.items.every((one) => one.overdue)).toBe(true);
    expect(overdue.items.length).toBeLessThan(whole.items.length);
  });

  test('one in ten is gold, which reviewers cannot tell, and says how severe they are', async () => {
    const judge = await person(world, 'goldie', 'reviewer');
    for (let asked = 1; asked <= 9; asked += 1) {
      const id = await inReview(`nr-${asked}`, [judge, ...onlyReviewers().slice(1, 3)]);
      const mine = await askOf(judge, id);
      if (asked < 9) await desk(judge).createReview({ id: mine.id, review: review('accept') });
    }
    const open = (await desk(judge).listAssignments({ state: 'open' })).items;
    expect(open).toHaveLength(2);
    const gold = present(
      open.find(({ title }) => title === 'Waves of golden'),
      'the gold one',
    );
    const page = await desk(judge).getAssignment({ id: gold.id });
    expect(JSON.stringify(page)).not.toMatch(/gold"/);
    const severe = { creativity: 3, utility: 3, impact: 2, quality: 3, safety: 4 };
    await desk(judge).createReview({ id: gold.id, review: review('reject', severe) });
    // five differences of -1: -1 * 5 / (5 + 8)
    const own = await desk(judge).getCalibration({});
    expect(own.reviewers).toHaveLength(1);
    expect(own.reviewers[0]?.severity).toBeCloseTo(-5 / 13);
    const all = await desk(chairs[0]).getCalibration({});
    expect(all.reviewers.length).toBeGreaterThan(5);
    const compared = all.agreement.filter(({ alpha }) => typeof alpha.quality === 'number');
    expect(compared.length).toBeGreaterThan(0);
  });
});

describe('eight at once', () => {
  const eightTimes = async (act: () => Promise<unknown>): Promise<string[]> => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, act));
    return outcomes
      .map((outcome) =>
        outcome.status === 'fulfilled' ? 'done' : String(Object(outcome.reason).code ?? outcome.reason),
      )
      .toSorted();
  };
  const ONE_WINS = [...Array.from({ length: 7 }, () => 'NOT_NOW'), 'done'];

  test('one screens, one gives it to reviewers, one submits a review, one decides', async () => {
    const id = await submitted(world, ada, 'race');
    const screen = { id, version: await versionOf(id) };
    expect(await eightTimes(() => desk(cora).createScreening(screen))).toEqual(ONE_WINS);
    const panel = { id, version: await versionOf(id) };
    expect(await eightTimes(() => desk(cora).createPanel(panel))).toEqual(ONE_WINS);
    const asked = await program.assignmentsOf(world.context.db, id);
    expect(asked).toHaveLength(3);
    for (const { id: mine, reviewer_id } of asked) {
      const who = present(known(reviewer_id), 'who');
      const wrote = { id: mine, review: review('accept') };
      expect(await eightTimes(() => desk(who).createReview(wrote))).toEqual(ONE_WINS);
    }
    const accept = { id, version: await versionOf(id), decision: decision('accepted') };
    const by = [chairs[0], chairs[1]];
    let turn = 0;
    const race = () => desk(present(by[(turn += 1) % 2], 'a chair')).createDecision(accept);
    expect(await eightTimes(race)).toEqual(ONE_WINS);
    const steps = (await fileOf(id)).steps.map(({ act }) => act);
    expect(steps).toEqual(['begin', 'submit', 'screen', 'begin_review', 'deliberate', 'accept']);
    expect((await fileOf(id)).decisions).toHaveLength(1);
  });

  test('eight clocks fire one timer', async () => {
    const id = await submitted(world, ada, 'clocks');
    await desk(cora).createScreening({ id, version: await versionOf(id) });
    await desk(cora).createChangeRequest({ id, version: await versionOf(id), asked: 'Please.' });
    days(31);
    await Promise.all(Array.from({ length: 8 }, () => fireTimers(world.context)));
    const file = await fileOf(id);
    expect(file.steps.filter(({ act }) => act === 'lapse')).toHaveLength(1);
    expect(file.letters.filter(({ kind }) => kind === 'lapse')).toHaveLength(1);
  });
});
