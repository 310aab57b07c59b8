import type { ModelCard } from '#api/registry/shapes.ts';
import type { Context } from '../../context.ts';
import { dayOf } from '../../kit/clock.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import * as program from '../../modules/program/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { presentModels } from '../models.ts';

const ENTERED_MAX = 60;

/** The models that creators entered in a round; each day another lot says which stands first. */
export async function enteredModels(context: Context, { id }: competitions.Round): Promise<ModelCard[]> {
  const { db, clock } = context;
  const [models, without] = await Promise.all([
    registry.modelsByIds(db, await competitions.modelsEntered(db, id)),
    program.creatorsWithout(db, 'promote'),
  ]);
  const shown = models.filter(
    ({ visibility, creator_id }) => visibility === 'listed' && !without.has(creator_id),
  );
  const day = dayOf(clock.now());
  const lots = new Map(shown.map((model) => [model.id, marketplace.lotOf(`${id} ${day}`, model.id)]));
  const lot = (model: { id: string }) => lots.get(model.id) ?? '';
  const drawn = shown.toSorted((one, other) => (lot(one) < lot(other) ? -1 : 1));
  return presentModels(context, drawn.slice(0, ENTERED_MAX));
}
