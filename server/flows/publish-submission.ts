import type { ReleaseInput } from '#api/registry/release-input.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { publishModel, publishRelease } from './publish-model.ts';
import { contentOf } from './release-content.ts';
import { demandStanding } from './standing-of.ts';

type Submission = {
  slug: string;
  title: string;
  modality: registry.Modality;
  summary: string;
  card: string;
  creator: string;
  share_ppm: number;
  release: ReleaseInput;
};

/** Puts somebody's model before the public, when all of it is in order and its networks have run once. */
export async function publishSubmission(
  context: Context,
  by: AccountId,
  { creator, card, share_ppm, release, ...model }: Submission,
): Promise<void> {
  const { db } = context;
  const account = await identity.accountByHandle(db, creator);
  if (!account?.roles.includes('creator')) refuse('CREATOR_UNKNOWN', { handle: creator });
  await demandStanding(context, account.id, 'publish');
  if (await registry.modelBySlug(db, model.slug)) refuse('SLUG_TAKEN');
  const terms_version = (await program.newestTerms(db, context.clock.now())) ?? refuse('NOT_PRICED');
  const content = await contentOf(context, model, release);
  try {
    await publishModel(context, {
      ...model,
      creator_id: account.id,
      description: card,
      agreement: { terms_version, share_ppm },
      split: [{ person_id: account.id, role: 'creator', part_ppm: 1_000_000 }],
      content,
      by,
    });
  } catch (error) {
    if (isTaken(error, 'model_slug_once')) refuse('SLUG_TAKEN');
    throw error;
  }
}

/** Adds a release to somebody's model in the same way. */
export async function publishSubmittedRelease(
  context: Context,
  by: AccountId,
  slug: string,
  release: ReleaseInput,
  /** Whose files it may be made of; anybody's, if nobody is said. */
  uploader_id?: AccountId,
): Promise<void> {
  const model = (await registry.modelBySlug(context.db, slug)) ?? refuse('NOT_FOUND');
  const id = asId<ModelId>(model.id);
  await demandStanding(context, asId<AccountId>(model.creator_id), 'publish');
  const releases = await registry.releasesOfModel(context.db, id);
  if (releases.some(({ version }) => version === release.version)) refuse('VERSION_TAKEN');
  // the house's models come with the program
  if (releases.some(({ binding }) => binding.kind === 'house')) refuse('NOT_FOUND');
  const modality = registry.Modality.parse(model.modality);
  const content = await contentOf(context, { slug, modality, ...(uploader_id && { uploader_id }) }, release);
  try {
    await publishRelease(context, id, content, by, uploader_id);
  } catch (error) {
    if (isTaken(error, 'release_version_once')) refuse('VERSION_TAKEN');
    throw error;
  }
}

/** Another submission came first. */
const isTaken = (error: unknown, constraint: string) =>
  error instanceof Error && 'constraint' in error && error.constraint === constraint;
