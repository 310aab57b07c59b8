import type * as z from 'zod';
import type { Offer } from '#api/program/agreement-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { credits, micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import { Refusal, refuse } from '../refuse.ts';
import { parentsOf } from './application-lineage.ts';
import { splitOfTeam } from './application-team.ts';
import { no, YES } from './can.ts';
import { people } from './people.ts';
import { presentSplit } from './splits.ts';
import { presentText } from './terms.ts';

const EXAMPLE = credits(10);

/** The agreement offered for an application, as its applicant sees it. */
export async function offerOf(
  context: Context,
  applicant_id: AccountId,
  application_id: ApplicationId,
): Promise<z.infer<typeof Offer> | null> {
  const { db, clock } = context;
  const at = clock.now();
  const application = await program.applicationById(db, application_id);
  if (application?.applicant_id !== applicant_id) return refuse('NOT_FOUND');
  const offer = await program.offerOfApplication(db, application_id);
  if (!offer) return null;
  const [terms, revision, [proposal]] = await Promise.all([
    program.termsByVersion(db, offer.terms_version),
    program.revisionById(db, offer.revision_id),
    program.splitsOf(db, { application_id }),
  ]);
  const { content, number, digest } = present(revision, 'the revision');
  const team = proposal ? await presentSplit(context, applicant_id, proposal) : null;
  const open = offer.state === 'open' && offer.expires_at > at;
  const enrolled = application.state === 'enrolled';
  return {
    id: offer.id,
    application_id,
    title: content.title,
    state: offer.state === 'open' && !open ? 'lapsed' : offer.state,
    share_ppm: offer.share_ppm,
    conditions: offer.conditions,
    pinned_days: offer.pinned_days,
    offered_at: offer.offered_at.toISOString(),
    expires_at: offer.expires_at.toISOString(),
    answered_at: offer.answered_at?.toISOString() ?? null,
    terms: presentText(present(terms, 'the terms'), await program.allTerms(db), at),
    revision: { number, digest },
    team,
    preview: await previewOf(context, applicant_id, content, offer.share_ppm),
    model_slug: enrolled ? content.slug : null,
    can: {
      sign: maySign(open, content.team.length, team),
      decline: open ? YES : no('The offer is no longer open.'),
      ask_team: mayAsk(open, content.team.length, team),
    },
  };
}

type Team = z.infer<typeof Offer>['team'];

function maySign(open: boolean, people_named: number, team: Team) {
  if (!open) return no('The offer is no longer open.');
  if (people_named === 0 || team?.state === 'accepted') return YES;
  const waiting = team?.people.filter(({ asked, answer }) => asked && answer !== 'accepted') ?? [];
  const names = waiting.map(({ person }) => person.display_name).join(', ');
  return no(names ? `Not everybody has consented: ${names}.` : 'Your team was not asked yet.');
}

function mayAsk(open: boolean, people_named: number, team: Team) {
  if (!open || people_named === 0) return no('There is nobody to ask.');
  if (team?.state === 'proposed') return no('Your team has been asked.');
  return team?.state === 'accepted' ? no('Everybody has consented.') : YES;
}

/** What ten credits would pay whom; null where the parents or the team are no longer as they were declared. */
async function previewOf(
  context: Context,
  applicant_id: AccountId,
  { slug, team, lineage }: program.Revision['content'],
  share_ppm: number,
): Promise<z.infer<typeof Offer>['preview']> {
  try {
    const split = await splitOfTeam(context, applicant_id, team);
    const parents = await parentsOf(context, slug, lineage).catch((error: unknown) => {
      // once it is published its own address is taken by itself
      if (error instanceof Refusal) return [];
      throw error;
    });
    const royalties = parents.map(({ release_id, royalty_ppm, ancestor }) => ({
      ...{ release_id, royalty_ppm, person_id: ancestor.creator_id },
    }));
    const parts = earnings.divide({
      ...{ promo_micros: 0n, paid_micros: EXAMPLE, share_ppm, related: false },
      parts: earnings.applyRoyalties(split, royalties),
    });
    const person = await people(
      context.db,
      parts.flatMap(({ person_id }) => person_id ?? []),
    );
    return {
      price_micros: micros(EXAMPLE),
      parts: parts.map(({ role, person_id, part_ppm, amount_micros }) => ({
        ...{ role, part_ppm, amount_micros: micros(amount_micros) },
        person: person_id === null ? null : person(person_id),
      })),
    };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
