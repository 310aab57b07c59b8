import type { ApplicationContent } from '#api/program/application-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { parentsOf } from './application-lineage.ts';
import { splitOfTeam } from './application-team.ts';
import { people } from './people.ts';

/** What an application is made of now. */
export async function applicationForm({ db, clock }: Context) {
  const at = clock.now();
  const terms = (await program.termsAt(db, at)) ?? refuse('NOT_PRICED');
  const { classes } = await generation.rateCardInForce(db, at);
  return {
    version: program.FORM_VERSION,
    terms_version: terms.version,
    share_ppm: terms.share_ppm,
    rights: program.RIGHTS,
    licences: [...registry.LICENCES],
    royalties_ppm_max: program.ROYALTIES_PPM_MAX,
    lineage_depth_max: program.LINEAGE_DEPTH_MAX,
    trials_max: program.TRIALS_MAX,
    price_classes: classes.map((rate) => ({
      price_class: rate.price_class,
      unit: rate.unit,
      explanation: generation.explain(rate),
    })),
  };
}

type Asked = {
  team: ApplicationContent['team'];
  parents: Extract<ApplicationContent['lineage'], { kind: 'derived' }>['parents'];
  price_micros: string;
};

/** What a price would pay whom under the terms in force, by the function that divides every charge. */
export async function termsPreview(
  context: Context,
  applicant_id: AccountId,
  { team, parents, price_micros }: Asked,
) {
  const { db, clock } = context;
  const terms = (await program.termsAt(db, clock.now())) ?? refuse('NOT_PRICED');
  const split = await splitOfTeam(context, applicant_id, team);
  const declared =
    parents.length > 0 ? await parentsOf(context, null, { kind: 'derived', parents, elsewhere: [] }) : [];
  const royalties = declared.map(({ release_id, royalty_ppm, ancestor }) => ({
    release_id,
    royalty_ppm,
    person_id: ancestor.creator_id,
  }));
  const parts = earnings.divide({
    promo_micros: 0n,
    paid_micros: BigInt(price_micros),
    share_ppm: terms.share_ppm,
    parts: earnings.applyRoyalties(split, royalties),
    related: false,
  });
  const person = await people(
    db,
    parts.flatMap(({ person_id }) => person_id ?? []),
  );
  return {
    price_micros,
    share_ppm: terms.share_ppm,
    terms_version: terms.version,
    parts: parts.map(({ role, person_id, part_ppm, amount_micros }) => ({
      role,
      person: person_id === null ? null : person(person_id),
      part_ppm,
      amount_micros: micros(amount_micros),
    })),
  };
}
