import type { Context } from '../context.ts';
import { type AccountId, asId, type ClaimId, newId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Letters } from '../letters.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { type Leg, legsOf } from '../views/claimed-leg.ts';
import { writeOfClaim } from './claim-letters.ts';

type Filed = {
  slug: string;
  leg: earnings.ClaimLeg;
  person?: string | undefined;
  parent?: string | undefined;
  grounds: string;
  evidence: string;
  links: string[];
  work: string;
  statement_version: string;
};

/** So many claims one account may file in so many days, however they end: each is read by somebody. */
export const CLAIMS_MAX = 5;
const CLAIMS_DAYS = 30;

/** Somebody claims that a model, or one leg of what it earns, is theirs. Nothing follows before it is admitted. */
export async function fileClaim(context: Context, claimant_id: AccountId, filed: Filed): Promise<ClaimId> {
  const { slug, leg, person, parent, statement_version, ...said } = filed;
  const at = context.clock.now();
  if (statement_version !== earnings.CLAIM_STATEMENT.version)
    refuse('STATEMENT_CHANGED', { version: earnings.CLAIM_STATEMENT.version });
  const model = (await registry.modelBySlug(context.db, slug)) ?? refuse('NOT_FOUND');
  const id = newId<ClaimId>(at);
  await context.database.inTransaction(async (tx) => {
    const legs = await legsOf(tx, model, at);
    const whose = person === undefined ? undefined : await identity.accountByHandle(tx, person);
    const named = legs.filter((one) => one.leg === leg && isNamed(one, whose?.id, parent));
    const of = named.find(({ respondent_id }) => respondent_id !== claimant_id);
    if (!of) refuse('CLAIM_REFUSED', { why: named.length > 0 ? 'It is yours already.' : NO_SUCH_LEG[leg] });
    await earnings
      .fileClaim(
        tx,
        {
          ...{ id, model_id: asId(model.id), claimant_id, leg, respondent_id: of.respondent_id },
          ...said,
          parent_model_id: of.parent?.id ?? null,
        },
        at,
      )
      .catch(refuseSecond);
    const since = new Date(at.getTime() - CLAIMS_DAYS * DAY_MS);
    if ((await earnings.countFiled(tx, claimant_id, since)) > CLAIMS_MAX)
      refuse('CLAIMS_FULL', { limit: CLAIMS_MAX });
    const filed = { to: claimant_id, write: (say: Letters) => say.claimFiledLetter(model.title) };
    await writeOfClaim(tx, context, id, filed, at);
  });
  context.wake.send('news');
  return id;
}

const isNamed = ({ leg, respondent_id, parent }: Leg, person_id?: AccountId, slug?: string): boolean =>
  leg === 'model' || (leg === 'person' ? respondent_id === person_id : parent?.slug === slug);

const NO_SUCH_LEG: Record<earnings.ClaimLeg, string> = {
  model: 'There is no such model.',
  person: 'Nobody of this name shares in the model. Of its owner claim the model itself.',
  royalty: 'The model pays no royalty for that one.',
};

function refuseSecond(error: unknown): Promise<never> {
  const second = error instanceof Error && 'constraint' in error && error.constraint === 'claim_open_once';
  return second ? refuse('CLAIM_FILED') : Promise.reject(error);
}
