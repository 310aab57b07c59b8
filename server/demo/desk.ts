import type { JsonObject } from '#db';
import { DecisionInput } from '#api/program/review-shapes.ts';
import type { Context } from '../context.ts';
import { answerAppeal } from '../flows/answer-appeal.ts';
import { appeal } from '../flows/appeal.ts';
import { beginApplication } from '../flows/begin-application.ts';
import { decideApplication } from '../flows/decide-application.ts';
import { submitReview } from '../flows/review.ts';
import { fireTimers } from '../flows/review-timers.ts';
import { saveApplication } from '../flows/save-application.ts';
import { askForChanges, beginReview, deskReject, screenApplication } from '../flows/screen-application.ts';
import { signOffer } from '../flows/sign-offer.ts';
import { submitApplication } from '../flows/submit-application.ts';
import { tryApplication } from '../flows/try-application.ts';
import { uploadModelFile } from '../flows/upload-model-file.ts';
import { withdrawApplication } from '../flows/withdraw-application.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { settableClock } from '../kit/clock.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { type About, type Road, ROAD_DAYS, ROADS, type Step } from './applications.ts';
import { manifestOf, networkOf } from './networks.ts';

type Clock = ReturnType<typeof settableClock>;
/** One road, and how far it has come. */
type Walk = Road & { draft: About; id: ApplicationId | null };
/** What somebody does at a moment. */
export type Due = { at: Date; take: () => Promise<unknown> };

/**
 * The desk of the program while the month goes by: `until` does what comes before a moment, by the product's own acts,
 * and with it what `others` have to do.
 */
export function openDesk(
  context: Context,
  clock: Clock,
  span: { from: Date; to: Date },
  others: readonly Due[] = [],
) {
  const part = (span.to.getTime() - span.from.getTime()) / ROAD_DAYS;
  const walks = ROADS.map((road): Walk => ({ ...road, draft: road.about, id: null })).flatMap((walk) =>
    walk.steps.map((step): Due => {
      const at = new Date(span.from.getTime() + step.day * part);
      return { at, take: () => take(context, walk, step) };
    }),
  );
  const due = [...walks, ...others].toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const moveTo = async (at: Date) => {
    if (at > clock.now()) clock.set(at);
    await fireTimers(context);
  };
  return {
    async until(moment: Date): Promise<void> {
      for (let next = due[0]; next && next.at <= moment; next = due[0]) {
        due.shift();
        await moveTo(next.at);
        await next.take();
      }
      await moveTo(moment);
    },
  };
}

const COORDINATOR = 'coordinator@demo.example';
const CHAIR = 'chair@demo.example';
/** Hears the appeals against what the first one decided. */
const OTHER_CHAIR = 'chair-2@demo.example';

async function take(context: Context, walk: Walk, step: Step): Promise<void> {
  const me = await idOf(context, walk.by);
  if (step.do === 'begin') return begin(context, walk, me);
  const id = present(walk.id, 'an application that was begun');
  const { version, draft_version } = await standing(context, id);
  const at_desk = { application_id: id, version, by: await actor(context, COORDINATOR, 'coordinator') };
  switch (step.do) {
    case 'try':
      return void (await tryApplication(context, me, id, { input: { prompt: step.prompt }, seed: 7 }));
    case 'write':
      return write(context, walk, me, step.change);
    case 'submit':
      return void (await submitApplication(context, me, id, { version, draft_version }));
    case 'screen':
      return screenApplication(context, at_desk);
    case 'ask_changes':
      return askForChanges(context, { ...at_desk, asked: step.asked });
    case 'desk_reject':
      return deskReject(context, { ...at_desk, ...step });
    case 'ask_reviewers':
      return beginReview(context, { ...at_desk, reviewers: [] });
    case 'review':
      return review(context, id, step.say);
    case 'decide': {
      const { decision, propose = false } = step;
      const by_chair = { application_id: id, version, chair_id: await idOf(context, CHAIR), propose };
      return decideApplication(context, { ...by_chair, decision: DecisionInput.parse(decision) });
    }
    case 'appeal':
      return appeal(context, me, { application_id: id, version, grounds: step.grounds });
    case 'uphold': {
      const by_chair = { application_id: id, version, chair_id: await idOf(context, OTHER_CHAIR) };
      return answerAppeal(context, { ...by_chair, outcome: 'upheld', reasons: step.reasons });
    }
    case 'sign_agreement':
      return sign(context, id, me);
    case 'withdraw':
      return withdrawApplication(context, me, id, version);
  }
}

async function begin(context: Context, walk: Walk, me: AccountId): Promise<void> {
  walk.id = await beginApplication(context, me, null);
  await write(context, walk, me, {});
}

/** Writes the draft, with the file of its model; one that is only begun has not come to the end of the form. */
async function write(context: Context, walk: Walk, me: AccountId, change: Partial<About>): Promise<void> {
  walk.draft = { ...walk.draft, ...change };
  const id = present(walk.id, 'an application that was begun');
  const half = walk.steps.length === 1;
  const draft = half ? begunDraft(walk.draft) : wholeDraft(walk.draft, await upload(context, walk, me));
  const { draft_version } = await standing(context, id);
  await saveApplication(context, me, id, { draft, draft_version });
}

async function upload(context: Context, { draft: { made, slug } }: Walk, me: AccountId): Promise<string> {
  const account = present(await identity.accountById(context.db, me), 'the applicant');
  const name = `${slug}.onnx`;
  const file = new File([Buffer.from(networkOf(made))], name);
  const { digest } = await uploadModelFile(context, { ...identity.nobody, account }, { name, file });
  return `sha256:${digest}`;
}

const begunDraft = ({ title, slug, summary, sets_apart }: About): JsonObject => ({
  ...{ title, slug, summary, sets_apart },
  modality: 'image',
});

const wholeDraft = ({ made, licence, ...said }: About, digest: string): JsonObject =>
  JSON.parse(
    JSON.stringify({
      ...said,
      modality: made.figure === 'tone' ? 'music' : 'image',
      release: {
        version: '1.0.0',
        binding: { kind: 'onnx', manifest: manifestOf(made) },
        files: [{ role: 'model', digest }],
        price_class: made.figure === 'tone' ? 'music-standard' : 'image-standard',
      },
      changelog: 'The first release.',
      licence: { kind: 'known', id: licence },
      lineage: { kind: 'original' },
      team: [],
      rights: { version: program.RIGHTS.version, affirmed: true },
    }),
  );

/** The next of those who were asked writes it. */
async function review(
  context: Context,
  application_id: ApplicationId,
  { recommends: recommendation, to_panel = '', ...said }: Extract<Step, { do: 'review' }>['say'],
): Promise<void> {
  const asked = await program.assignmentsOf(context.db, application_id);
  const next = present(
    asked.find(({ state, kind }) => state === 'assigned' && kind !== 'gold'),
    'a reviewer who was asked',
  );
  await submitReview(context, {
    ...{ assignment_id: next.id, reviewer_id: next.reviewer_id, replaces: null },
    review: { ...said, recommendation, to_panel, confidence: 4 },
  });
}

async function sign(context: Context, id: ApplicationId, me: AccountId): Promise<void> {
  const offer = present(await program.offerOfApplication(context.db, id), 'an offer');
  const terms = present(await program.termsByVersion(context.db, offer.terms_version), 'its terms');
  await signOffer(context, me, { offer_id: offer.id, terms_digest: terms.digest });
}

const standing = async ({ db }: Context, id: ApplicationId) =>
  present(await program.applicationById(db, id), 'an application of the demo');
const idOf = async ({ db }: Context, email: string) =>
  present(await identity.accountByEmail(db, email), email).id;
const actor = async (context: Context, email: string, as: string) => ({ id: await idOf(context, email), as });
