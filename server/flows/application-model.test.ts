import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { content, type Person, person, review, submitAgain, submitted } from '../../tests/program.ts';
import { startWorld, type World } from '../../tests/world.ts';
import type { ApplicationId } from '../ids.ts';
import { asId, type AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS, settableClock } from '../kit/clock.ts';
import { StepRefused } from '../kit/state-machine.ts';
import * as program from '../modules/program/index.ts';
import { Refusal } from '../refuse.ts';
import { answerAppeal } from './answer-appeal.ts';
import { appeal } from './appeal.ts';
import { decideApplication, signDecision } from './decide-application.ts';
import { fireTimers } from './review-timers.ts';
import { submitReview } from './review.ts';
import { askForChanges, beginReview, deskReject, screenApplication } from './screen-application.ts';

/**
 * Whatever people do with an application, in whichever order: an act is taken or refused exactly as the table of the
 * machine says, one that is refused changes nothing, and what the road leads to agrees with what is written down.
 */
const clock = settableClock(new Date('2026-11-23T12:00:00Z'));
let world: World;
let ada: Person;
let cora: Person;
let chairs: Person[];
let slugs = 0;

beforeAll(async () => {
  world = await startWorld({ roles: 'web', clock });
  ada = await person(world, 'ada');
  cora = await person(world, 'cora', 'coordinator');
  chairs = [];
  // a road may be put on the waiting list again and again, by other people each time
  for (let number = 0; number < 12; number += 1) chairs.push(await person(world, `chair-${number}`, 'chair'));
  for (let number = 0; number < 24; number += 1) await person(world, `umpire-${number}`, 'reviewer');
}, 60_000);
afterAll(() => world.end());

type Real = { id: ApplicationId };
type Model = { state: program.ApplicationState; appealed: boolean; refused_at: Date | null };

const found = async (id: ApplicationId) =>
  present(await program.applicationById(world.context.db, id), 'an application');

/** The name of a refusal; anything else breaks the test. */
async function refusalOf(act: Promise<unknown>): Promise<string | null> {
  try {
    await act;
    return null;
  } catch (trouble) {
    if (trouble instanceof Refusal) return trouble.code;
    if (trouble instanceof StepRefused) return trouble.why.code;
    throw trouble;
  }
}

type Doing = (
  of: { id: ApplicationId; version: number },
  desk: { application_id: ApplicationId; version: number; by: { id: string; as: string } },
) => Promise<unknown>;

type Attempt = {
  name: string;
  /** Whether it should lead somewhere now. */
  can(model: Model): boolean;
  run(model: Model, real: Real): Promise<void>;
};

/** One thing that somebody may try. `leads`: where it leads by the table; null: it must be refused. */
class Try implements Attempt {
  readonly name: string;
  readonly as: string;
  readonly leads: (model: Model) => program.ApplicationState | null;
  readonly act: Doing;
  constructor(name: string, as: string, leads: Try['leads'], act: Doing) {
    this.name = name;
    this.as = as;
    this.leads = leads;
    this.act = act;
  }
  can = (model: Model) => this.leads(model) !== null;
  async run(model: Model, { id }: Real): Promise<void> {
    const before = await found(id);
    expect(before.state).toBe(model.state);
    const leads = this.leads(model);
    const by = { id: this.as === 'coordinator' ? cora.id : present(chairs[0], 'a chair').id, as: this.as };
    const desk = { application_id: id, version: before.version, by };
    const refused = await refusalOf(this.act({ id, version: before.version }, desk));
    const after = await found(id);
    if (leads === null) {
      expect(refused, `${this.name} in ${model.state}`).not.toBeNull();
      expect(after).toEqual(before);
      return;
    }
    expect(refused, `${this.name} in ${model.state}`).toBeNull();
    expect(after.state, `${this.name} in ${model.state}`).toBe(leads);
    model.state = after.state;
    model.refused_at =
      after.state === 'rejected' || after.state === 'desk_rejected' ? clock.now() : model.refused_at;
    if (this.name === 'appeal') model.appealed = true;
    await agrees(id);
  }
}

/** The steps that were written down are a road from the beginning to where it stands, each allowed by the table. */
async function agrees(id: ApplicationId): Promise<void> {
  const { state, version } = await found(id);
  const steps = await program.stepsOfApplication(world.context.db, id);
  expect(steps.map((step) => step.version)).toEqual(steps.map((_, index) => index + 1));
  expect(steps.at(-1)).toMatchObject({ to_state: state, version });
  steps.slice(1).forEach(({ act, from_state, to_state, capacity }, index) => {
    const declared = program.applicationMachine.acts[act as program.ApplicationAct];
    expect(from_state).toBe(steps[index]?.to_state);
    expect(declared.from).toContain(from_state);
    expect([declared.to, declared.who.includes(capacity)]).toEqual([to_state, true]);
  });
  const asked = (await program.assignmentsOf(world.context.db, id)).filter((one) => one.state === 'assigned');
  if (over.has(state)) expect(asked, `still asked, ${state}`).toEqual([]);
}

/** Where nothing is asked of anybody any more. */
const over = new Set<program.ApplicationState>([
  'desk_rejected',
  'rejected',
  'waitlisted',
  'agreement_pending',
]);

const from =
  (act: program.ApplicationAct) =>
  ({ state }: Model): program.ApplicationState | null => {
    const { from: states, to }: { from: readonly string[]; to: program.ApplicationState } =
      program.applicationMachine.acts[act];
    return states.includes(state) ? to : null;
  };
const only =
  (state: program.ApplicationState, to: program.ApplicationState) =>
  (model: Model): program.ApplicationState | null =>
    model.state === state ? to : null;

/** Everybody who is asked writes the same, so the panel never disagrees. */
async function everybodyReviews(id: ApplicationId): Promise<void> {
  const { state } = await found(id);
  const open = (await program.assignmentsOf(world.context.db, id)).filter((one) => one.state === 'assigned');
  if (state !== 'in_review' || open.length === 0) throw new Refusal('NOT_NOW', undefined);
  for (const { id: assignment_id, reviewer_id } of open) {
    await submitReview(world.context, {
      reviewer_id,
      assignment_id,
      review: review('accept'),
      replaces: null,
    });
    if ((await found(id)).state !== 'in_review') return;
  }
}

const decision = (outcome: 'accepted' | 'waitlisted' | 'rejected') => ({
  outcome,
  reasons: 'The sea.',
  conditions: [],
  cool_down_days: 0 as const,
});
/** Somebody who had no part in a refusal of this application. */
async function chairFor(id: ApplicationId, but?: string): Promise<AccountId> {
  const spent = (await program.decisionsOf(world.context.db, id)).flatMap((one) => [
    one.decided_by,
    one.second_signer_id,
  ]);
  const free = chairs.find((chair) => !spent.includes(chair.id) && chair.id !== but);
  return present(free, 'a chair who is free').id;
}
const decides = (outcome: 'accepted' | 'waitlisted' | 'rejected', propose: boolean): Doing => {
  return async ({ id, version }) =>
    decideApplication(world.context, {
      chair_id: await chairFor(id),
      application_id: id,
      version,
      decision: decision(outcome),
      propose,
    });
};
const signs =
  (sign: boolean): Doing =>
  async ({ id, version }) => {
    const proposed = await program.newestProposal(world.context.db, id);
    const chair_id = await chairFor(id, proposed?.chair_id);
    await signDecision(world.context, { chair_id, application_id: id, version, sign, why: '' });
  };
const answers =
  (outcome: 'upheld' | 'reopened'): Doing =>
  async ({ id, version }) =>
    answerAppeal(world.context, {
      chair_id: await chairFor(id),
      application_id: id,
      version,
      outcome,
      reasons: 'Hm.',
    });

const mayAppeal = (model: Model) =>
  !model.appealed && model.refused_at && clock.now().getTime() < model.refused_at.getTime() + 30 * DAY_MS
    ? from('appeal')(model)
    : null;

const acts = [
  new Try(
    'submit',
    'applicant',
    (model) => (model.state === 'needs_changes' ? 'submitted' : null),
    async ({ id }) => submitAgain(world, ada, id, content(`again-${(slugs += 1)}`)),
  ),
  new Try('screen', 'coordinator', from('screen'), (_, desk) => screenApplication(world.context, desk)),
  new Try('ask_changes', 'coordinator', from('ask_changes'), (_, desk) =>
    askForChanges(world.context, { ...desk, asked: 'More.' }),
  ),
  new Try('desk_reject', 'coordinator', from('desk_reject'), (_, desk) =>
    deskReject(world.context, { ...desk, reasons: 'No.', cool_down_days: 0 }),
  ),
  new Try('begin_review', 'coordinator', from('begin_review'), (_, desk) =>
    beginReview(world.context, { ...desk, reviewers: [] }),
  ),
  new Try('reviews', 'reviewer', only('in_review', 'deliberation'), ({ id }) => everybodyReviews(id)),
  new Try('accept', 'chair', only('deliberation', 'agreement_pending'), decides('accepted', false)),
  new Try('reject against the panel, alone', 'chair', () => null, decides('rejected', false)),
  new Try(
    'propose to reject',
    'chair',
    only('deliberation', 'awaiting_signature'),
    decides('rejected', true),
  ),
  new Try(
    'propose to wait',
    'chair',
    only('deliberation', 'awaiting_signature'),
    decides('waitlisted', true),
  ),
  new Try('hand back', 'chair', only('awaiting_signature', 'deliberation'), signs(false)),
  new Try('appeal', 'applicant', mayAppeal, ({ id, version }) =>
    appeal(world.context, asId(ada.id), { application_id: id, version, grounds: 'Why?' }),
  ),
  new Try('uphold', 'chair', from('uphold'), answers('upheld')),
  new Try('reopen', 'chair', from('reopen'), answers('reopened')),
];

/** A second chair signs what was proposed: where it leads depends on that. */
const sign: Attempt = {
  name: 'sign',
  can: ({ state }) => state === 'awaiting_signature',
  async run(model, real) {
    const proposed = await program.newestProposal(world.context.db, real.id);
    const to = proposed?.said.outcome === 'waitlisted' ? 'waitlisted' : 'rejected';
    await new Try('sign', 'chair', only('awaiting_signature', to), signs(true)).run(model, real);
  },
};

/** Days pass, and what they lead to happens by itself. */
const wait = (days: number): Attempt => ({
  name: `${days} days pass`,
  can: ({ state }) => ['needs_changes', 'waitlisted', 'agreement_pending', 'rejected'].includes(state),
  async run(model, { id }) {
    const before = await found(id);
    clock.advance(days * DAY_MS);
    await fireTimers(world.context);
    const { state } = await found(id);
    const waited = before.due_at !== null && before.due_at <= clock.now();
    const lapses = waited && (model.state === 'needs_changes' || model.state === 'waitlisted');
    const offer_lapses = waited && model.state === 'agreement_pending';
    expect(state).toBe(lapses ? 'lapsed' : offer_lapses ? 'offer_lapsed' : model.state);
    model.state = state;
    await agrees(id);
  },
});

const attempts = [...acts, sign, wait(1), wait(8), wait(31)];

/** Mostly what should lead on, so that roads become long; and now and then anything at all. */
class Step implements fc.AsyncCommand<Model, Real> {
  readonly pick: number;
  readonly anything: boolean;
  #tried = '';
  constructor(pick: number, anything: boolean) {
    this.pick = pick;
    this.anything = anything;
  }
  check = () => true;
  toString = () => this.#tried;
  async run(model: Model, real: Real): Promise<void> {
    const possible = attempts.filter((attempt) => attempt.can(model));
    const of = this.anything || possible.length === 0 ? attempts : possible;
    const attempt = present(of[this.pick % of.length], 'something to try');
    this.#tried = `${attempt.name} in ${model.state}`;
    await attempt.run(model, real);
  }
}

test('an application goes the roads of its table, and no other', { timeout: 120_000 }, async () => {
  const step = fc
    .tuple(fc.nat(1000), fc.integer({ min: 0, max: 9 }))
    .map(([pick, chance]) => new Step(pick, chance < 3));
  await fc.assert(
    fc.asyncProperty(fc.commands([step], { maxCommands: 25, size: 'max' }), async (steps) => {
      const setup = async () => {
        const id = await submitted(world, ada, `model-${(slugs += 1)}`);
        return { model: { state: 'submitted', appealed: false, refused_at: null } as Model, real: { id } };
      };
      await fc.asyncModelRun(setup, steps);
    }),
    // smaller roads to the same failure would only use up the time of the test
    { numRuns: 8, endOnFailure: true },
  );
});
