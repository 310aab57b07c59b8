import { offerAgreement } from '../server/flows/offer-agreement.ts';
import { asId, type AccountId, type ApplicationId } from '../server/ids.ts';
import { present } from '../server/kit/assert.ts';
import * as program from '../server/modules/program/index.ts';
import type { Visitor } from './client.ts';
import { waveManifest, wavePainter } from './model-files/onnx.ts';
import type { World } from './world.ts';

/** What an application says that is whole; a test changes what it is about. */
export const wholeDraft = (slug: string, digest?: string) => ({
  title: 'Waves',
  slug,
  modality: 'image',
  summary: 'Waves in the colours of words.',
  what_it_does: '# Waves\nPaints waves.',
  features: ['Quick'],
  uses: ['Covers'],
  sets_apart: 'It knows the sea.',
  release: {
    version: '1.0.0',
    binding: { kind: 'onnx', manifest: { ...waveManifest } },
    files: digest ? [{ role: 'painter', digest }] : [],
    price_class: 'image-standard',
  },
  changelog: '',
  licence: { kind: 'known', id: 'CC-BY-4.0' },
  lineage: { kind: 'original' },
  team: [],
  rights: { version: program.RIGHTS.version, affirmed: true },
});

/** An application of somebody's that was submitted. */
export async function submitted(
  person: Visitor,
  slug: string,
  change: Record<string, unknown> = {},
): Promise<ApplicationId> {
  const { id, version, draft_version } = await person.api.program.createApplication({});
  const body = new File([Buffer.from(wavePainter())], 'waves.onnx');
  const { digest } = await person.api.registry.createModelFile({ query: { name: 'waves.onnx' }, body });
  const draft = { ...wholeDraft(slug, digest), ...change };
  const saved = await person.api.program.updateApplication({ id, draft, draft_version });
  await person.api.program.createSubmission({ id, version, draft_version: saved.draft_version });
  return asId<ApplicationId>(id);
}

/** The same, accepted by a chair whom nobody saw, and with an agreement offered. */
export async function accepted(
  world: World,
  person: Visitor,
  slug: string,
  change: Record<string, unknown> = {},
  conditions: string[] = [],
): Promise<ApplicationId> {
  const id = await submitted(person, slug, change);
  const { context } = world;
  await context.database.inTransaction(async (tx) => {
    const at = context.clock.now();
    const step = { id, at };
    await program.moveApplication(tx, 'screen', { ...step, by: { id: 'a test', as: 'coordinator' } });
    await program.moveApplication(tx, 'begin_review', { ...step, by: { id: 'a test', as: 'coordinator' } });
    await program.moveApplication(tx, 'deliberate', { ...step, by: { id: 'a test', as: 'system' } });
    await program.moveApplication(tx, 'accept', { ...step, by: { id: 'a test', as: 'chair' } });
    const revision = present(await program.newestRevision(tx, id), 'the revision');
    await offerAgreement(tx, context, { application_id: id, revision_id: revision.id, conditions, at });
  });
  return id;
}

export const accountOf = async (person: Visitor) =>
  present((await person.api.identity.getMe({})).account, 'an account');
export const idOfPerson = async (person: Visitor) => asId<AccountId>((await accountOf(person)).id);
