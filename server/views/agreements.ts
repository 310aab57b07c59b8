import type { ModelAgreement } from '#api/program/agreement-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/** Under which terms somebody's models earn, and what was accepted by them. */
export async function agreementsPage(context: Context, creator_id: AccountId) {
  const { db } = context;
  const [models, acceptances] = await Promise.all([
    registry.findModels(db, { creator_id }),
    program.acceptancesOf(db, creator_id),
  ]);
  const items = await Promise.all(models.map((model) => agreementOf(context, model)));
  return {
    items: items.flatMap((item) => item ?? []),
    acceptances: acceptances.map(({ subject_id: _, at, ...rest }) => ({ ...rest, at: at.toISOString() })),
  };
}

export async function agreementOfModel(context: Context, slug: string): Promise<ModelAgreement> {
  const model = (await registry.modelBySlug(context.db, slug)) ?? refuse('NOT_FOUND');
  return (await agreementOf(context, model)) ?? refuse('NOT_PRICED');
}

async function agreementOf(
  { db, clock }: Context,
  { id, slug, title }: { id: string; slug: string; title: string },
): Promise<ModelAgreement | null> {
  const at = clock.now();
  const model_id = asId<ModelId>(id);
  const [now, agreements, all] = await Promise.all([
    program.agreementInForce(db, model_id, at),
    program.agreementsOf(db, model_id),
    program.allTerms(db),
  ]);
  if (!now) return null;
  const next = agreements.filter(({ in_force_from }) => in_force_from > at).at(-1);
  const accepted = new Set(agreements.map(({ terms_version }) => terms_version));
  // the last that was accepted, whether it holds yet or not
  const current = all.find(({ version }) => version === (agreements[0] ?? now).terms_version);
  const newer = all.find(
    ({ version, effective_from }) =>
      !accepted.has(version) && current !== undefined && effective_from > current.effective_from,
  );
  return {
    ...{ slug, title, share_ppm: now.share_ppm, terms_version: now.terms_version },
    in_force_from: now.in_force_from.toISOString(),
    pinned_until: now.pinned_until?.toISOString() ?? null,
    runs_out_at: next ? null : (now.runs_out_at?.toISOString() ?? null),
    next: next
      ? {
          terms_version: next.terms_version,
          share_ppm: next.share_ppm,
          in_force_from: next.in_force_from.toISOString(),
        }
      : null,
    newer: newer
      ? {
          version: newer.version,
          digest: newer.digest,
          share_ppm: newer.share_ppm,
          would_hold_from: program.followsFrom(newer, agreements, at).toISOString(),
        }
      : null,
  };
}
