import canonicalize from 'canonicalize';
import type { Context } from '../context.ts';
import { type AccountId, type AgreementId, asId, type ModelId, newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import { tell } from '../kit/outbox.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { demandStanding } from './standing-of.ts';

type Announcement = {
  version: string;
  text: string;
  share_ppm: number;
  effective_from: Date;
  sunset_at?: Date | undefined;
};

/** Announces terms that will take the place of the newest. Nobody is bound by them before they accept them. */
export async function announceTerms(
  context: Context,
  by: AccountId,
  { version, text, share_ppm, effective_from, sunset_at }: Announcement,
): Promise<void> {
  const at = context.clock.now();
  const why = (reason: string) => refuse('TERMS_REFUSED', { why: reason });
  await context.database.inTransaction(async (tx) => {
    const all = await program.allTerms(tx);
    if (all.some((terms) => terms.version === version)) why(`There is a version ${version}.`);
    const newest = all[0] ?? why('There are no terms yet that could be replaced.');
    if (newest.text.trim() === text.trim() && newest.share_ppm === share_ppm)
      why('It says the same as the newest.');
    const earliest = program.daysAfter(at, program.NOTICE_DAYS);
    if (effective_from < earliest)
      why(`A change is announced ${program.NOTICE_DAYS} days before it holds: not before ${day(earliest)}.`);
    if (effective_from <= newest.effective_from)
      why(`${newest.version} holds from ${day(newest.effective_from)}; a newer one cannot hold before it.`);
    const ends = sunset_at ?? program.daysAfter(effective_from, program.SUNSET_DAYS);
    if (ends < effective_from) why('The old terms cannot end before the new ones hold.');
    await program.announceTerms(tx, {
      ...{ version, text, share_ppm, announced_at: at, effective_from, sunset_at: ends },
      replaces: newest.version,
    });
    // the house agrees to its own terms: nobody signs in to its accounts who could
    for (const { id, creator_id } of await registry.houseModels(tx))
      await program.acceptAgreement(tx, {
        id: newId<AgreementId>(at),
        ...{ model_id: id, creator_id, terms_version: version, share_ppm, accepted_at: at },
        in_force_from: effective_from,
      });
    await audit(tx, { at, actor: by, act: 'terms.announce', subject: version, detail: { share_ppm } });
    await tell(tx, 'terms.announced', { version, effective_from: effective_from.toISOString() }, at);
  });
  context.wake.send('news');
}

const day = (at: Date) => at.toISOString().slice(0, 10);

/** The creator of a model accepts newer terms for it: from when they hold, and from when its own are no longer pinned. */
export async function acceptTerms(
  context: Context,
  creator_id: AccountId,
  { slug, version, terms_digest }: { slug: string; version: string; terms_digest: string },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const named = await registry.modelBySlug(tx, slug);
    const model_id = named ? asId<ModelId>(named.id) : refuse('NOT_FOUND');
    if ((await registry.modelToAddTo(tx, model_id))?.creator_id !== creator_id) refuse('NOT_FOUND');
    await demandStanding({ db: tx }, creator_id, 'edit');
    const terms = (await program.termsByVersion(tx, version)) ?? refuse('NOT_FOUND');
    const { digest } = terms;
    if (digest !== terms_digest) refuse('TERMS_OTHER_THAN_OFFERED', { terms_version: version, digest });
    await program.lockAgreements(tx, model_id);
    const agreements = await program.agreementsOf(tx, model_id);
    if (agreements.some(({ terms_version }) => terms_version === version)) refuse('TERMS_ACCEPTED');
    const own = agreements[0] && (await program.termsByVersion(tx, agreements[0].terms_version));
    if (own && terms.effective_from <= own.effective_from)
      refuse('TERMS_NOT_NEWER', { terms_version: own.version });
    const in_force_from = program.followsFrom(terms, agreements, at);
    const { share_ppm } = terms;
    await program.acceptAgreement(tx, {
      id: newId<AgreementId>(at),
      ...{ model_id, creator_id, terms_version: version, share_ppm, accepted_at: at, in_force_from },
    });
    const evidence = { person_id: creator_id, model_id, version, digest, share_ppm };
    await program.recordAcceptance(
      tx,
      {
        person_id: creator_id,
        ...{ terms_version: version, terms_digest: digest, method: 'renewal', subject_id: model_id, at },
      },
      present(
        canonicalize({ ...evidence, holds_from: in_force_from.toISOString(), accepted_at: at.toISOString() }),
        'the evidence',
      ),
    );
    await audit(tx, { at, actor: creator_id, act: 'terms.accept', subject: model_id, detail: { version } });
    await tell(tx, 'terms.accepted', { model_id, version }, at);
  });
  context.wake.send('news');
}
