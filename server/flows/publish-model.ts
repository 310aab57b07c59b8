import type { Binding } from '#api/registry/binding.ts';
import type { Context } from '../context.ts';
import { type AccountId, type AgreementId, type ModelId, newId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';

/** What a release is made of; none of it is ever edited. */
export type ReleaseContent = {
  version: string;
  binding: Binding;
  files: { role: string; name: string; sha256: string; bytes: number }[];
  input_schema: Record<string, unknown>;
  metering: registry.Metering;
  price_class: string;
  licence: string;
  samples: registry.NewSample[];
  /** Releases that it was made from, in the order of lineage, and what each creator of them gets of the share. */
  parents?: { release_id: ReleaseId; royalty_ppm: number }[];
};

export type Publication = {
  creator_id: AccountId;
  slug: string;
  title: string;
  modality: registry.Modality;
  summary: string;
  description: string;
  agreement: { terms_version: string; share_ppm: number };
  split: earnings.AgreedPart[];
  content: ReleaseContent;
  /** Who published it, if not its creator. */
  by?: AccountId;
};

/** Puts a model before the public: the model, the agreement that fixes its share, its split, its first release. */
export async function publishModel(context: Context, publication: Publication): Promise<ReleaseId> {
  const at = context.clock.now();
  const { agreement, split, content, by, ...model } = publication;
  const { creator_id } = model;
  const released = await context.database.inTransaction(async (tx) => {
    const model_id = newId<ModelId>(at);
    await registry.insertModel(tx, { id: model_id, ...model, published_at: at });
    const id = newId<AgreementId>(at);
    await program.acceptAgreement(tx, {
      id,
      model_id,
      creator_id,
      ...agreement,
      accepted_at: at,
      in_force_from: at,
    });
    await earnings.insertSplit(tx, { model_id, parts: split, agreed_at: at, in_force_from: at });
    await audit(tx, {
      at,
      actor: by ?? creator_id,
      act: 'model.publish',
      subject: model_id,
      detail: { slug: model.slug },
    });
    await tell(tx, 'model.published', { model_id, creator_id }, at);
    return addRelease(tx, model_id, content, at);
  });
  context.wake.send('news');
  return released;
}

/** Adds a release to a model; from now on it is the one in use. */
export async function publishRelease(
  context: Context,
  model_id: ModelId,
  content: ReleaseContent,
  by?: AccountId,
): Promise<ReleaseId> {
  const at = context.clock.now();
  const released = await context.database.inTransaction(async (tx) => {
    const id = await addRelease(tx, model_id, content, at);
    if (by) {
      const detail = { model_id, version: content.version };
      await audit(tx, { at, actor: by, act: 'release.publish', subject: id, detail });
    }
    return id;
  });
  context.wake.send('news');
  return released;
}

async function addRelease(tx: Tx, model_id: ModelId, content: ReleaseContent, at: Date): Promise<ReleaseId> {
  const { samples, parents = [], ...release } = content;
  const id = newId<ReleaseId>(at);
  const digest = registry.releaseDigest(release.files, release.input_schema, release.binding);
  await registry.insertRelease(
    tx,
    {
      id,
      model_id,
      digest,
      ...release,
      parents: parents.map((parent) => parent.release_id),
      published_at: at,
    },
    samples,
  );
  const split = present(await earnings.splitInForce(tx, model_id, at), 'the split of a model').parts;
  const royalties: earnings.AgreedRoyalty[] = [];
  for (const parent of parents) royalties.push(await agreedRoyalty(tx, parent));
  await earnings.insertRoyalties(tx, { release_id: id, split, royalties, agreed_at: at, in_force_from: at });
  await tell(tx, 'release.published', { release_id: id, model_id, digest }, at);
  return id;
}

/** Its creator at this moment is who will be paid. */
async function agreedRoyalty(
  tx: Tx,
  { release_id, royalty_ppm }: { release_id: ReleaseId; royalty_ppm: number },
): Promise<earnings.AgreedRoyalty> {
  const { creator_id } = await registry.releaseForUse(tx, release_id);
  return { parent_release_id: release_id, person_id: creator_id, royalty_ppm };
}
