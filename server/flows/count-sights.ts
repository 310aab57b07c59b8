import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId, type ModelId } from '../ids.ts';
import { createBatcher, onePer } from '../kit/batcher.ts';
import { dayOf } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { networkOf } from '../kit/networks.ts';
import { isRobot } from '../kit/robots.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { SLOT_SEAL } from '../views/featured.ts';
import { earnsBy } from '../views/why-not-feature.ts';

/** Who looks: an account, or somebody of whom no more is kept than a name for the day. */
export type Viewer = { account_id: AccountId | null; ip: string; user_agent: string };

/** Counts the featured cards that somebody really saw. What we did not show is passed over. */
export async function countImpressions(
  context: Context,
  viewer: Viewer,
  tokens: readonly string[],
): Promise<number> {
  const at = context.clock.now();
  const slots = [...new Set(tokens)].flatMap(
    (token) => slotOf(context, token, marketplace.SEEN_WITHIN_H, at) ?? [],
  );
  const counted = await count(context, viewer, slots, 'impression', at);
  return counted.filter(Boolean).length;
}

/**
 * Counts that somebody opened a model by a featured card, and remembers it, so that what they generate with it can be
 * told to follow from there. `again`: it was counted while they were not signed in.
 */
export async function countVisit(
  context: Context,
  viewer: Viewer,
  { token, again }: { token: string; again: boolean },
): Promise<boolean> {
  const at = context.clock.now();
  const slot = slotOf(context, token, marketplace.VISIT_WITHIN_H, at) ?? refuse('IMPRESSION_REFUSED');
  const [counted = false] = again ? [] : await count(context, viewer, [slot], 'visit', at);
  const { account_id: person_id } = viewer;
  if (person_id) await context.database.inTransaction((tx) => marketplace.touch(tx, { person_id, slot, at }));
  return counted;
}

function slotOf(context: Context, token: string, within_h: number, at: Date): marketplace.Slot | null {
  const place = context.cursors.open(SLOT_SEAL, token);
  const shown = place && marketplace.slotOfPlace(place);
  return shown && marketplace.isFresh(shown.hour, at, within_h) ? shown.slot : null;
}

async function count(
  context: Context,
  viewer: Viewer,
  slots: readonly marketplace.Slot[],
  what: marketplace.Sight['what'],
  at: Date,
): Promise<boolean[]> {
  if (slots.length === 0 || isRobot(viewer.user_agent)) return [];
  const { db } = context;
  const models = await registry.modelsByIds(
    db,
    slots.map(({ model_id }) => model_id),
  );
  const { account_id } = viewer;
  const interested = await Promise.all(
    models.map(async (model) => (account_id && (await earnsBy(db, account_id, model, at)) ? model.id : null)),
  );
  const visitor = marketplace.visitorOf(await saltOf(context, dayOf(at)), ...knownOf(viewer));
  const sights = slots.flatMap((slot): marketplace.Sight[] => {
    const model = models.find(({ id }) => id === slot.model_id);
    if (!model || interested.includes(model.id)) return [];
    return [{ slot, creator_id: asId<AccountId>(model.creator_id), what, visitor, at }];
  });
  return Promise.all(sights.map((sight) => counter(context).add(sight)));
}

/** Those who do not sign in are told apart by network and kind of browser, as long as the day lasts. */
const knownOf = ({ account_id, ip, user_agent }: Viewer): string[] =>
  account_id ? ['account', account_id] : ['visitor', networkOf(ip), kindOf(user_agent)];

/** What a browser says of itself costs nothing to invent: of one network there are as many visitors as there are kinds. */
const kindOf = (user_agent: string): string => {
  const engine = /firefox|chrom|safari/i.exec(user_agent)?.[0].toLowerCase() ?? 'other';
  return /mobi|android|iphone|ipad/i.test(user_agent) ? `${engine} in a hand` : engine;
};

/** Those who see something at the same time are counted in one transaction. */
const counter = onePer((context: Context) =>
  createBatcher<marketplace.Sight, boolean>({
    size_max: 500,
    flush: async (sights) => {
      const counted = await context.database.inTransaction((tx) => marketplace.countSights(tx, sights));
      return counted.map((value) => ({ value }));
    },
  }),
);

const salts = onePer((_context: Context) => new Map<string, Promise<string>>());

function saltOf(context: Context, day: string): Promise<string> {
  const known = salts(context);
  const salt = known.get(day) ?? marketplace.visitorSalt(context.db, day);
  if (!known.has(day)) known.clear();
  known.set(day, salt);
  salt.catch(() => known.delete(day));
  return salt;
}

type Settled = { generation_id: GenerationId; person_id: AccountId; model_id: ModelId; at: Date };

/** Counts the settled generations of those who came by a slot; whoever is related to the model counts for nothing. */
export async function countFollowing(tx: Tx, settled: readonly Settled[]): Promise<void> {
  const touched = await marketplace.touchedBy(tx, settled);
  const jobs = await generation.generationsByIds(
    tx,
    touched.map(({ generation_id }) => generation_id),
  );
  const models = await registry.modelsByIds(
    tx,
    touched.map(({ model_id }) => model_id),
  );
  await marketplace.countGenerations(
    tx,
    touched.flatMap((one) => {
      const job = jobs.find(({ id }) => id === one.generation_id);
      const model = models.find(({ id }) => id === one.model_id);
      if (!job || !model || job.terms.related) return [];
      return [{ ...one, creator_id: asId<AccountId>(model.creator_id), began_at: job.created_at }];
    }),
  );
}
