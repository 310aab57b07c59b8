import canonicalize from 'canonicalize';
import type { Binding } from '#api/registry/binding.ts';
import type { LicenceDocument } from '#api/registry/release-input.ts';
import type { Context } from '../context.ts';
import { type AccountId, type AgreementId, type ModelId, newId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { carriedOver } from './carry-over.ts';

/** What a release is made of; none of it is ever edited. */
export type ReleaseContent = {
  version: string;
  binding: Binding;
  files: { role: string; name: string; sha256: string; bytes: number }[];
  input_schema: Record<string, unknown>;
  metering: registry.Metering;
  price_class: string;
  licence: string;
  licence_document?: LicenceDocument | undefined;
  /** What is new in it. */
  changelog?: string | undefined;
  samples: registry.NewSample[];
  /**
   * Releases that it was made from, in the order of lineage, and what each creator of them gets of the share. Where a
   * further release does not say, they are those of the release before it.
   */
  parents?: { release_id: ReleaseId; royalty_ppm: number }[];
};

export type Publication = {
  creator_id: AccountId;
  slug: string;
  title: string;
  modality: registry.Modality;
  summary: string;
  description: string;
  agreement: { terms_version: string; share_ppm: number; pinned_until?: Date };
  split: earnings.AgreedPart[];
  content: ReleaseContent;
  /** Who published it, if not its creator. */
  by?: AccountId;
};

/** Puts a model before the public. */
export async function publishModel(context: Context, publication: Publication): Promise<ReleaseId> {
  const at = context.clock.now();
  const { release_id } = await context.database.inTransaction((tx) => addModel(tx, publication, at));
  context.wake.send('news');
  return release_id;
}

/** The model, the agreement that fixes its share, its split, its first release: all of them or none. */
export async function addModel(
  tx: Tx,
  publication: Publication,
  at: Date,
): Promise<{ model_id: ModelId; release_id: ReleaseId }> {
  const { agreement, split, content, by, ...model } = publication;
  const { creator_id } = model;
  const model_id = newId<ModelId>(at);
  await registry.insertModel(tx, { id: model_id, ...model, published_at: at });
  const id = newId<AgreementId>(at);
  const dates = { accepted_at: at, in_force_from: at };
  await program.acceptAgreement(tx, { id, model_id, creator_id, ...agreement, ...dates });
  await earnings.insertSplit(tx, { model_id, parts: split, agreed_at: at, in_force_from: at });
  await audit(tx, {
    at,
    actor: by ?? creator_id,
    act: 'model.publish',
    subject: model_id,
    detail: { slug: model.slug },
  });
  await tell(tx, 'model.published', { model_id, creator_id }, at);
  const release_id = await addRelease(
    tx,
    model_id,
    content,
    await agreedWith(tx, content.parents ?? [], at),
    at,
  );
  return { model_id, release_id };
}

/** Adds a release to a model, which is still `owner_id`'s where that is said; from now on it is the one in use. */
export async function publishRelease(
  context: Context,
  model_id: ModelId,
  content: ReleaseContent,
  by?: AccountId,
  owner_id?: AccountId,
): Promise<ReleaseId> {
  const at = context.clock.now();
  const released = await context.database.inTransaction(async (tx) => {
    const model = await registry.modelToAddTo(tx, model_id);
    if (owner_id && model?.creator_id !== owner_id) refuse('NOT_FOUND');
    if (owner_id) await refuseTakenOut(tx, model_id, content);
    const royalties = content.parents
      ? await agreedWith(tx, content.parents, at)
      : await carriedOver(tx, model_id, content);
    const id = await addRelease(tx, model_id, content, royalties, at);
    if (by) {
      const detail = { model_id, version: content.version };
      await audit(tx, { at, actor: by, act: 'release.publish', subject: id, detail });
    }
    return id;
  });
  context.wake.send('news');
  return released;
}

/**
 * What an admin or an upheld claim took out of use comes back through an admin: the same files, or the same engine
 * outside. Of a claim that is everything there was, though its owner had withdrawn it before.
 */
async function refuseTakenOut(tx: Tx, model_id: ModelId, content: ReleaseContent): Promise<void> {
  const by_claim = await earnings.takenOutByClaim(tx, model_id);
  const taken_out = (await registry.releasesOfModel(tx, model_id)).find(
    (release) =>
      (release.withdrawn_as === 'admin' || (by_claim && release.published_at <= by_claim)) &&
      whatRuns(release) === whatRuns(content),
  );
  if (!taken_out) return;
  const { version, withdrawal_reason } = taken_out;
  refuse('WITHDRAWN_BY_ADMIN', { version, reason: withdrawal_reason ?? '' });
}

const whatRuns = ({ files, binding }: Pick<ReleaseContent, 'files' | 'binding'>) =>
  files.length > 0
    ? files
        .map(({ sha256 }) => sha256)
        .toSorted()
        .join()
    : canonicalize(binding);

async function addRelease(
  tx: Tx,
  model_id: ModelId,
  content: ReleaseContent,
  royalties: readonly earnings.AgreedRoyalty[],
  at: Date,
): Promise<ReleaseId> {
  const { samples, parents: _agreed, ...release } = content;
  const id = newId<ReleaseId>(at);
  const digest = registry.releaseDigest(release.files, release.input_schema, release.binding);
  await registry.insertRelease(
    tx,
    {
      id,
      model_id,
      digest,
      ...release,
      parents: royalties.map(({ parent_release_id }) => parent_release_id),
      published_at: at,
    },
    samples,
  );
  const split = present(await earnings.splitInForce(tx, model_id, at), 'the split of a model').parts;
  await earnings.insertRoyalties(tx, { release_id: id, split, royalties, agreed_at: at, in_force_from: at });
  await tell(tx, 'release.published', { release_id: id, model_id, digest }, at);
  return id;
}

/** The creator of each parent at this moment is who will be paid. */
async function agreedWith(
  tx: Tx,
  parents: NonNullable<ReleaseContent['parents']>,
  at: Date,
): Promise<earnings.AgreedRoyalty[]> {
  await registry.keepOwners(
    tx,
    parents.map(({ release_id }) => release_id),
  );
  const royalties: earnings.AgreedRoyalty[] = [];
  for (const { release_id, royalty_ppm } of parents) {
    const { creator_id } = await registry.releaseForUse(tx, release_id, at);
    royalties.push({ parent_release_id: release_id, person_id: creator_id, royalty_ppm });
  }
  return royalties;
}
