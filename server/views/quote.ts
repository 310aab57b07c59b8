import type { Quote } from '#api/generation/shapes.ts';
import { paidCredits, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { AccountId, ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { inCredits, micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as registry from '../modules/registry/index.ts';
import { no, YES } from './can.ts';
import { people } from './people.ts';
import { termsInForce } from './terms-in-force.ts';

/** What a generation would cost now and who would get which part of it: the same rules as when it starts. */
export async function quoteOf(
  context: Context,
  payer_id: AccountId | null,
  wanted: { release_id: ReleaseId; input: Record<string, unknown> },
): Promise<Quote> {
  const { db, clock, quote_key } = context;
  const at = clock.now();
  const release = await registry.releaseForUse(db, wanted.release_id, at);
  const input = generation.readInput(release, wanted.input);
  const { terms, rate_card } = await termsInForce(db, release, payer_id, at);
  const price_micros = generation.priceOf(rate_card, release.price_class, release.metering, input);

  const purse = await purseOf(context, payer_id);
  const funding = generation.fund(price_micros, purse, 'promo');
  // someone who cannot pay still sees who would be paid
  const shown = funding ?? { promo_micros: 0n, paid_micros: price_micros };
  const { share_ppm } = terms.agreement;
  const parts = earnings.divide({
    ...shown,
    share_ppm,
    parts: earnings.applyRoyalties(terms.split.parts, terms.royalties),
    related: terms.related,
  });
  const person = await people(
    db,
    parts.flatMap(({ person_id }) => person_id ?? []),
  );

  const expires_at = new Date(at.getTime() + generation.QUOTE_LIFE_MS);
  const metered = generation.meteredFields(release.metering, input);
  const rate = present(
    rate_card.classes.find(({ price_class }) => price_class === release.price_class),
    'the price class of a release',
  );
  const available = purse.promo_micros + purse.paid_micros;
  return {
    quote: generation.signQuote(quote_key, { release_id: release.id, metered, price_micros, expires_at }),
    release_id: release.id,
    price_micros: micros(price_micros),
    funding: { promo_micros: micros(shown.promo_micros), paid_micros: micros(shown.paid_micros) },
    recipients: parts.map(({ role, person_id, part_ppm, amount_micros }) => ({
      role,
      person: person_id === null ? null : person(person_id),
      part_ppm,
      amount_micros: micros(amount_micros),
    })),
    related: terms.related,
    rate_card: {
      version: rate_card.version,
      price_class: rate.price_class,
      explanation: generation.explain(rate),
    },
    terms: { agreement_id: terms.agreement.id, share_ppm, split_version: terms.split.version },
    available_micros: micros(available),
    affordable: funding
      ? YES
      : no(payer_id ? `You have ${inCredits(available)} credits.` : 'Sign in to generate.'),
    expires_at: expires_at.toISOString(),
  };
}

async function purseOf(context: Context, payer_id: AccountId | null) {
  if (!payer_id) return { promo_micros: 0n, paid_micros: 0n };
  const promo = promoCredits(payer_id);
  const paid = paidCredits(payer_id);
  const balance = await ledger.balances(context.db, [promo, paid]);
  return { promo_micros: balance(promo).available, paid_micros: balance(paid).available };
}
