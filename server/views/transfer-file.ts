import canonicalize from 'canonicalize';
import type { TransferFile } from '#api/program/transfer-shapes.ts';
import type { Context } from '../context.ts';
import { asId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import { credits, micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { people } from './people.ts';
import { presentText } from './terms.ts';

const EXAMPLE = credits(10);
type Offered = Pick<program.Transfer, 'model_id' | 'from_id' | 'to_id'>;

/** All that whoever takes a model over accepts, and its digest: what is accepted must be what was shown. */
export async function subjectOfTransfer(db: Db, offered: Offered, at: Date) {
  const subject = await gather(db, offered, at);
  const said = saidOf(subject, offered);
  return { ...subject, said, digest: program.digestOf(present(canonicalize(said), 'what is taken over')) };
}

async function gather(db: Db, { model_id, from_id, to_id }: Offered, at: Date) {
  const [[found], releases, agreement, split, terms, conditions] = await Promise.all([
    registry.modelsByIds(db, [model_id]),
    registry.releasesOfModel(db, model_id),
    program.agreementInForce(db, model_id, at),
    earnings.splitInForce(db, model_id, at),
    program.termsAt(db, at),
    program.conditionsOfModel(db, model_id),
  ]);
  const model = present(found, 'the model that is offered');
  const in_use = releases.find(({ withdrawn_at, ends_at }) => !withdrawn_at && !(ends_at && ends_at <= at));
  const royalties = in_use ? await earnings.royaltiesInForce(db, in_use.id, at) : [];
  const before = (split ?? refuse('NOT_PRICED')).parts;
  return {
    model,
    releases,
    in_use,
    agreement: agreement ?? refuse('NOT_PRICED'),
    terms: terms ?? refuse('NOT_PRICED'),
    before,
    after: partsAfter(before, from_id, to_id),
    royalties,
    conditions,
  };
}
type Subject = Awaited<ReturnType<typeof gather>>;

const saidOf = (
  { model, releases, after, royalties, conditions, terms }: Subject,
  { from_id, to_id }: Pick<Offered, 'from_id' | 'to_id'>,
) => ({
  from_id,
  to_id,
  model: { id: model.id, slug: model.slug },
  releases: releases.map(({ id, version, digest, withdrawn_at, ends_at }) => ({
    ...{ id, version, digest },
    withdrawn: withdrawn_at !== null,
    ends_at: ends_at?.toISOString() ?? null,
  })),
  split: after,
  royalties: royalties.map(({ release_id, person_id, royalty_ppm }) => ({
    release_id,
    person_id,
    royalty_ppm,
  })),
  conditions,
  terms: { version: terms.version, digest: terms.digest, share_ppm: terms.share_ppm },
  pinned_days: program.CLOCKS.pinned_days,
});

/** The parts when somebody else has the owner's; what they have as a collaborator goes into it. */
export function partsAfter(
  parts: readonly earnings.AgreedPart[],
  from_id: string,
  to_id: string,
): earnings.AgreedPart[] {
  if (parts.every(({ person_id }) => person_id !== from_id)) return [...parts];
  const joined = parts.reduce(
    (sum, { person_id, part_ppm }) => (person_id === from_id || person_id === to_id ? sum + part_ppm : sum),
    0,
  );
  return parts.flatMap((part): earnings.AgreedPart[] => {
    if (part.person_id === from_id) return [{ person_id: to_id, role: 'creator', part_ppm: joined }];
    return part.person_id === to_id ? [] : [part];
  });
}

/** The same for the page of whoever is offered the model, and of whoever offers it. */
export async function transferFile(
  { db, clock }: Context,
  transfer: program.Transfer,
): Promise<TransferFile> {
  const at = clock.now();
  const subject = await subjectOfTransfer(db, transfer, at);
  const { model, releases, in_use, agreement, terms } = subject;
  const [uses, all] = await Promise.all([marketplace.usesOf(db, [transfer.model_id]), program.allTerms(db)]);
  return {
    summary: model.summary,
    modality: registry.Modality.parse(model.modality),
    generations: uses.get(model.id) ?? 0,
    published_at: model.published_at.toISOString(),
    releases: releases.map((release) => ({
      id: release.id,
      version: release.version,
      licence: release.licence,
      runner: release.binding.kind,
      published_at: release.published_at.toISOString(),
      withdrawn_at: release.withdrawn_at?.toISOString() ?? null,
      ends_at: release.ends_at?.toISOString() ?? null,
      in_use: release.id === in_use?.id,
    })),
    people: await sharesOf(db, subject, transfer),
    pays: await royaltiesPaid(db, subject),
    is_paid: await royaltiesDue(db, subject),
    conditions: subject.conditions,
    agreement: {
      share_ppm: agreement.share_ppm,
      terms_version: agreement.terms_version,
      pinned_until: agreement.pinned_until?.toISOString() ?? null,
      runs_out_at: agreement.runs_out_at?.toISOString() ?? null,
    },
    terms: presentText(terms, all, at),
    pinned_days: program.CLOCKS.pinned_days,
    preview: await previewOf(db, subject),
    digest: subject.digest,
  };
}

/** What each would have beside what they have now; the one who gives it away comes last, with nothing. */
async function sharesOf(db: Db, { before, after }: Subject, { from_id }: program.Transfer) {
  const had = new Map(before.map(({ person_id, part_ppm }) => [person_id, part_ppm]));
  const leaves = before.filter(({ person_id }) => person_id === from_id);
  const shown = [...after, ...leaves.map((part) => ({ ...part, part_ppm: 0 }))];
  const person = await people(
    db,
    shown.map(({ person_id }) => person_id),
  );
  return shown.map(({ person_id, role, part_ppm }) => ({
    ...{ person: person(person_id), role, part_ppm, was_ppm: had.get(person_id) ?? null },
    ...{ asked: false, answer: null, answered_at: null },
  }));
}

async function royaltiesPaid(db: Db, { royalties }: Subject) {
  const person = await people(
    db,
    royalties.map(({ person_id }) => person_id),
  );
  const line = await registry.lineageOf(
    db,
    royalties.map(({ release_id }) => release_id),
    1,
  );
  return royalties.flatMap(({ release_id, person_id, royalty_ppm }) => {
    const parent = line.find((one) => one.release_id === release_id);
    if (!parent) return [];
    const { slug, title, version } = parent;
    return [{ slug, title, version, person: person(person_id), royalty_ppm }];
  });
}

async function royaltiesDue(db: Db, { model, releases }: Subject) {
  const due = await earnings.royaltiesOwedFor(
    db,
    releases.map(({ id }) => id),
  );
  const own = due.filter(({ person_id }) => person_id === model.creator_id);
  const children = await registry.lineageOf(
    db,
    own.map(({ release_id }) => release_id),
    1,
  );
  const person = await people(
    db,
    children.map(({ creator_id }) => creator_id),
  );
  return own.flatMap(({ release_id, royalty_ppm }) => {
    const child = children.find((one) => one.release_id === asId<ReleaseId>(release_id));
    if (!child || child.withdrawn) return [];
    const { slug, title, version, creator_id } = child;
    return [{ slug, title, version, person: person(creator_id), royalty_ppm }];
  });
}

/** What ten credits would pay whom once the model is theirs. */
async function previewOf(db: Db, { after, royalties, terms }: Subject) {
  const parts = earnings.divide({
    ...{ promo_micros: 0n, paid_micros: EXAMPLE, share_ppm: terms.share_ppm, related: false },
    parts: earnings.applyRoyalties(after, royalties),
  });
  const person = await people(
    db,
    parts.flatMap(({ person_id }) => person_id ?? []),
  );
  return {
    price_micros: micros(EXAMPLE),
    parts: parts.map(({ role, person_id, part_ppm, amount_micros }) => ({
      ...{ role, part_ppm, amount_micros: micros(amount_micros) },
      person: person_id === null ? null : person(person_id),
    })),
  };
}
