import canonicalize from 'canonicalize';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId, type OfferId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer } from '../kit/timers.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { Refusal, refuse } from '../refuse.ts';
import { parentsOf } from '../views/application-lineage.ts';
import { benchSamples } from '../views/bench-sheet.ts';
import { people } from '../views/people.ts';
import { EXPIRE_TIMER } from './ask-team.ts';
import { makeCreator } from './make-creator.ts';
import { OFFER_TIMER } from './offer-agreement.ts';
import { addModel, type ReleaseContent } from './publish-model.ts';
import { checkedRelease, tryOut } from './release-content.ts';
import { demandStanding } from './standing-of.ts';

type Signature = { offer_id: OfferId; terms_digest: string };
type Signed = { offer: program.Offer; revision: program.Revision; terms: program.Terms };

/**
 * Signs the agreement that was offered: from now on it holds, and the model is public. All of it is one transaction;
 * whoever signs twice at once has signed once.
 */
export async function signOffer(
  context: Context,
  applicant_id: AccountId,
  signature: Signature,
): Promise<{ model_id: ModelId; slug: string }> {
  const at = context.clock.now();
  const signed = await signable(context, applicant_id, signature, at);
  const content = await contentToPublish(context, applicant_id, signed.revision);
  try {
    const model_id = await context.database.inTransaction((tx) =>
      enrol(tx, applicant_id, signed, content, at),
    );
    context.wake.send('news');
    return { model_id, slug: signed.revision.content.slug };
  } catch (error) {
    const taken = error instanceof Error && 'constraint' in error && error.constraint === 'model_slug_once';
    if (taken) refuse('SLUG_TAKEN');
    throw error;
  }
}

/** Everything that must hold besides the content: whose it is, that it is open, and that these were the terms. */
async function signable(
  context: Context,
  applicant_id: AccountId,
  { offer_id, terms_digest }: Signature,
  at: Date,
): Promise<Signed> {
  const { db } = context;
  const offer = (await program.offerById(db, offer_id)) ?? refuse('NOT_FOUND');
  const application = present(await program.applicationById(db, offer.application_id), 'the application');
  if (application.applicant_id !== applicant_id) refuse('NOT_FOUND');
  await demandStanding(context, applicant_id, 'publish');
  if (offer.state !== 'open') refuse('OFFER_EXPIRED', { state: offer.state });
  if (offer.expires_at <= at) refuse('OFFER_EXPIRED', { state: 'lapsed' });
  const terms = present(await program.termsByVersion(db, offer.terms_version), 'the terms offered');
  const { version: terms_version, digest } = terms;
  if (digest !== terms_digest) refuse('TERMS_OTHER_THAN_OFFERED', { terms_version, digest });
  const revision = present(await program.revisionById(db, offer.revision_id), 'the revision');
  if (revision.number !== application.revision)
    refuse('FILES_CHANGED', { why: 'There is a newer revision than the one that was accepted.' });
  if (program.canonicalRevision(saidIn(revision)).digest !== revision.digest)
    refuse('FILES_CHANGED', { why: 'The revision is not the one that was accepted.' });
  await teamThatAgreed(db, revision);
  return { offer, revision, terms };
}

const saidIn = ({ content, form_version, rights_version, rights_text }: program.Revision) => ({
  content,
  form_version,
  rights_version,
  rights_text,
});

/** Who shares, by a proposal that everybody consented to; undefined where the applicant is alone. */
async function teamThatAgreed(
  db: Context['db'],
  { application_id, content }: program.Revision,
): Promise<program.SplitProposal | undefined> {
  if (content.team.length === 0) return undefined;
  const proposal = (await program.splitsOf(db, { application_id }))[0];
  if (proposal?.state === 'accepted') return proposal;
  const waiting = proposal?.people.filter(({ asked, answer }) => asked && answer !== 'accepted') ?? [];
  const ids = waiting.map(({ person_id }) => person_id);
  const person = await people(db, ids);
  return refuse('TEAM_NOT_AGREED', { waiting: ids.map((id) => person(id).handle) });
}

/** The files as they were reviewed, and what the model made with them; everything that cannot wait for a commit. */
async function contentToPublish(
  context: Context,
  applicant_id: AccountId,
  revision: program.Revision,
): Promise<ReleaseContent> {
  const { content } = revision;
  const { slug, modality, release } = content;
  await parentsOf(context, slug, content.lineage);
  const checked = await checkedRelease(context, { slug, modality, uploader_id: applicant_id }, release).catch(
    (error: unknown) => {
      if (error instanceof Refusal && error.code === 'MODEL_FILE_UNKNOWN')
        refuse('FILES_CHANGED', { why: 'A file that was reviewed is no longer there.' });
      throw error;
    },
  );
  for (const { sha256, name } of checked.files)
    if (!(await context.model_files.holds(sha256)))
      refuse('FILES_CHANGED', { why: `${name} is not the file that was reviewed.` });
  const made = await samplesOf(context, revision);
  const tried = made.length === 0 && checked.binding.kind === 'onnx';
  const samples = tried ? [await tryOut(context, { slug, modality }, checked)] : made;
  return { ...checked, licence: registry.licenceLine(content.licence), samples };
}

/** What the bench made of it, which compares with other models; or what it made for its applicant. */
async function samplesOf(
  { db }: Context,
  { id, content: { samples = [] } }: program.Revision,
): Promise<registry.NewSample[]> {
  const benched = await benchSamples(db, id);
  if (benched.length > 0) return benched;
  const trials = await program.trialsByIds(
    db,
    samples.map(({ trial_id }) => trial_id),
  );
  return trials.map((trial, ordinal) => {
    const { id: _id, application_id: _of, made_at: _at, removed_at: _gone, ...sample } = trial;
    return { ...sample, ordinal };
  });
}

async function enrol(
  tx: Tx,
  applicant_id: AccountId,
  { offer, revision, terms }: Signed,
  content: ReleaseContent,
  at: Date,
): Promise<ModelId> {
  const by = { id: applicant_id, as: 'applicant' };
  const { id: application_id } =
    (await program.lockOwn(tx, offer.application_id, applicant_id)) ?? refuse('NOT_FOUND');
  await program.moveOffer(tx, 'sign', { id: offer.id, by, at });
  await dropTimer(tx, { kind: OFFER_TIMER, subject_id: offer.id, at });
  const team = await teamThatAgreed(tx, revision);
  const parents = await parentsOf(
    { db: tx, clock: { now: () => at } },
    revision.content.slug,
    revision.content.lineage,
  );
  const split: earnings.AgreedPart[] = team?.people.map(partOf) ?? [
    { person_id: applicant_id, role: 'creator', part_ppm: 1_000_000 },
  ];
  const { slug, title, modality, summary, what_it_does } = revision.content;
  const { model_id } = await addModel(
    tx,
    {
      creator_id: applicant_id,
      ...{ slug, title, modality, summary, description: what_it_does, split },
      agreement: {
        terms_version: offer.terms_version,
        share_ppm: offer.share_ppm,
        pinned_until: program.daysAfter(at, offer.pinned_days),
      },
      content: {
        ...content,
        parents: parents.map(({ release_id, royalty_ppm }) => ({
          release_id: asId<ReleaseId>(release_id),
          royalty_ppm,
        })),
      },
    },
    at,
  );
  if (team) {
    await program.moveSplit(tx, 'activate', { id: team.id, by: { id: applicant_id, as: 'owner' }, at });
    await dropTimer(tx, { kind: EXPIRE_TIMER, subject_id: team.id, at });
  }
  await program.moveApplication(tx, 'enrol', { id: application_id, by, at, set: { model_id, due_at: null } });
  await keepEvidence(tx, applicant_id, { offer, revision, terms }, split, at);
  for (const { person_id } of split) await makeCreator(tx, asId<AccountId>(person_id), at);
  return model_id;
}

const partOf = ({ person_id, role, part_ppm }: program.SplitProposal['people'][number]) => ({
  person_id,
  role,
  part_ppm,
});

/** All that was agreed, as one text and its hash: whoever has the text can show that it is what was signed. */
async function keepEvidence(
  tx: Tx,
  person_id: AccountId,
  { offer, revision, terms }: Signed,
  split: earnings.AgreedPart[],
  at: Date,
): Promise<void> {
  const evidence = canonicalize({
    person_id,
    offer_id: offer.id,
    terms: { version: terms.version, digest: terms.digest },
    share_ppm: offer.share_ppm,
    pinned_days: offer.pinned_days,
    conditions: offer.conditions,
    revision: { number: revision.number, digest: revision.digest },
    split,
    signed_at: at.toISOString(),
  });
  await program.recordAcceptance(
    tx,
    {
      person_id,
      terms_version: terms.version,
      terms_digest: terms.digest,
      method: 'signature',
      subject_id: offer.id,
      at,
    },
    present(evidence, 'the evidence'),
  );
}
