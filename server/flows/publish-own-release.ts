import canonicalize from 'canonicalize';
import type { ReleaseInput } from '#api/registry/release-input.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { publishSubmittedRelease } from './publish-submission.ts';
import { checkedRelease } from './release-content.ts';
import { demandStanding } from './standing-of.ts';

/** Adds a release to a model, by whoever made the model or by an admin. */
export async function publishReleaseOf(
  context: Context,
  { account }: Caller,
  slug: string,
  release: ReleaseInput,
): Promise<void> {
  const { id, roles } = account ?? refuse('NOT_SIGNED_IN');
  if (roles.includes('admin')) return publishSubmittedRelease(context, id, slug, release);
  const model = await registry.modelBySlug(context.db, slug);
  if (model?.creator_id !== id) refuse('NOT_FOUND');
  await demandStanding(context, id, 'publish');
  await refuseAnotherKind(context, id, model, release);
  await publishSubmittedRelease(context, id, slug, release, id);
}

/**
 * What was reviewed is how it is run, and what it costs: a release that is run or priced otherwise is for those who
 * review. Networks may be others, since nothing of the creator's own leaves the sandbox.
 */
async function refuseAnotherKind(
  context: Context,
  id: AccountId,
  model: { id: string; slug: string; modality: string },
  release: ReleaseInput,
): Promise<void> {
  const [last] = await registry.releasesOfModel(context.db, asId<ModelId>(model.id));
  if (!last) return;
  const { kind } = release.binding;
  const field = kind === last.binding.kind ? fieldThatDiffers(last.binding, release.binding) : 'kind';
  if (field === 'kind' || (field && kind !== 'onnx'))
    refuse('BINDING_REFUSED', {
      issues: [
        { path: `binding.${field}`, message: 'is not that of the last release; it is reviewed first' },
      ],
    });
  const kept = (what: string) => refuse('METERING_REFUSED', { why: `A release keeps ${what}.` });
  if (release.price_class !== last.price_class) kept(`its price class, ${last.price_class}`);
  const modality = registry.Modality.parse(model.modality);
  const checked = await checkedRelease(context, { slug: model.slug, modality, uploader_id: id }, release);
  if (fieldThatDiffers(last.metering, checked.metering)) kept('how it is metered');
  const { metering } = last;
  for (const name of metering.kind === 'pixels' ? [metering.width, metering.height] : [metering.field])
    if (boundsOf(last.input_schema, name) !== boundsOf(checked.input_schema, name))
      kept(`from where to where ${name} goes`);
}

/** The first field in which two of them are not the same; undefined where they are. */
function fieldThatDiffers(was: object, is: object): string | undefined {
  const [before, after] = [new Map(Object.entries(was)), new Map(Object.entries(is))];
  const fields = [...new Set([...before.keys(), ...after.keys()])];
  return fields.find((field) => canonicalize(before.get(field)) !== canonicalize(after.get(field)));
}

function boundsOf({ properties }: Record<string, unknown>, name: string): string | undefined {
  const { minimum, maximum } = { minimum: null, maximum: null, ...Object(Object(properties)[name]) };
  return canonicalize([minimum, maximum]);
}
