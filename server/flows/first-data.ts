import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BUDGETS } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { idOf } from '../ids.ts';
import { credits, MICROS, micros } from '../kit/money.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { fundBudget } from './fund-budget.ts';
import { publishHouseModels } from './publish-house-models.ts';

const TERMS_VERSION = '2026-11';
const TERMS_FILE = path.resolve(import.meta.dirname, '../modules/program/terms', `${TERMS_VERSION}.md`);

const rate = (
  price_class: string,
  unit: 'megapixel' | 'second',
  per_unit: bigint,
  minimum: bigint,
  explanation: string,
) => {
  return {
    price_class,
    unit,
    per_unit_micros: micros(per_unit),
    minimum_micros: micros(minimum),
    explanation,
  };
};
const RATE_CARD = {
  version: 1,
  classes: [
    rate('image-standard', 'megapixel', credits(4), credits(1), 'By the megapixel (1,048,576 pixels).'),
    rate('video-standard', 'second', credits(4), credits(4), 'By the second of video.'),
    rate('music-standard', 'second', MICROS / 4n, credits(2), 'By the second of music.'),
  ],
};

/** What an empty installation needs before anybody can do anything. Running it again changes nothing. */
export async function firstData(context: Context): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const text = await readFile(TERMS_FILE, 'utf8');
    await program.publishTerms(tx, { version: TERMS_VERSION, text, published_at: at });
    await generation.announceRateCard(tx, { ...RATE_CARD, announced_at: at, effective_at: at });
  });
  for (const budget of BUDGETS) {
    await fundBudget(context, {
      id: idOf('first funding', budget),
      budget,
      amount_micros: credits(1_000_000),
      actor: 'first data',
    });
  }
  await publishHouseModels(context, TERMS_VERSION);
}

/** A one-time link for whoever installed this, as long as there is no admin; older ones end. */
export async function adminClaimLink(context: Context): Promise<string | null> {
  return context.database.inTransaction(async (tx) => {
    if (await identity.hasAdmin(tx)) return null;
    const token = await identity.makeLink(
      tx,
      { purpose: 'admin_claim', account_id: null },
      context.clock.now(),
    );
    return `${context.origins.public}/admin/claim?token=${encodeURIComponent(token)}`;
  });
}
