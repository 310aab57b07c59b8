import type { CategoryKind, EntryRule, RoundInstants, RulesPreview } from '#api/competitions/shapes.ts';
import type { Context } from '../../context.ts';
import { monthOf, monthStart } from '../../kit/months.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { creationFacts, modelFacts, ruledBy } from './facts.ts';
import { rulesSaid } from './rounds.ts';

const LOOKED_AT_MAX = 20_000;

type Wish = { kind: CategoryKind; rules: EntryRule[]; instants: RoundInstants };

/** As if the round had been a month earlier: how many of what was made then would be eligible, and why not. */
export async function previewRules(context: Context, { kind, rules, instants }: Wish): Promise<RulesPreview> {
  const { clock } = context;
  const opens_at = new Date(instants.opens_at);
  const until = new Date(Math.min(monthStart(monthOf(opens_at)).getTime(), clock.now().getTime()));
  const from = monthStart(monthOf(new Date(until.getTime() - 1)));
  const back_ms = opens_at.getTime() - from.getTime();
  const window = { opens_at: from, locks_at: new Date(new Date(instants.locks_at).getTime() - back_ms) };
  const ruled = ruledBy({ kind, rules }, window);
  const found =
    kind === 'models'
      ? await models(context, ruled)
      : await works(context, ruled, { modality: kind, from, until });
  const eligible = found.filter(({ broken }) => broken.length === 0);
  const counts = new Map<competitions.ReasonCode, number>();
  for (const code of found.flatMap(({ broken }) => broken)) counts.set(code, (counts.get(code) ?? 0) + 1);
  return {
    ...{ from: from.toISOString(), until: until.toISOString() },
    looked_at: found.length,
    more: found.length === LOOKED_AT_MAX,
    eligible: eligible.length,
    people: new Set(eligible.map(({ person_id }) => person_id)).size,
    reasons: [...counts]
      .map(([code, count]) => ({ ...competitions.reason(code), count }))
      .sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1)),
    rules: rulesSaid(kind, rules, 1),
  };
}

type Found = { person_id: string; broken: competitions.ReasonCode[] }[];

async function works(
  { db }: Context,
  ruled: competitions.Ruled,
  time: { modality: registry.Modality; from: Date; until: Date },
): Promise<Found> {
  const makings = await generation.makingsBetween(db, { ...time, limit: LOOKED_AT_MAX });
  const facts = await creationFacts(db, makings, null);
  return makings.flatMap(({ owner_id }, place) => {
    const of = facts[place];
    return of ? [{ person_id: owner_id, broken: competitions.breaches(ruled, of) }] : [];
  });
}

async function models({ db, clock }: Context, ruled: competitions.Ruled): Promise<Found> {
  const all = await modelFacts(db, await registry.findModels(db, {}), null, clock.now());
  return all.map(({ model, facts }) => ({
    person_id: model.creator_id,
    broken: competitions.modelBreaches(ruled, facts),
  }));
}
