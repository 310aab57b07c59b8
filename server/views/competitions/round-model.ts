import { resultsAreOut } from '#api/competitions/results-out.ts';
import type { Context } from '../../context.ts';
import { asId, type ModelId } from '../../ids.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { refuse } from '../../refuse.ts';
import { presentModels, presentSample } from '../models.ts';
import { modelToShare } from '../share.ts';
import { shownWorks } from './works.ts';

const SAMPLES_MAX = 12;

/** A model that takes part in a round, on a page of its own there. */
export async function roundModel(context: Context, { slug, model: name }: { slug: string; model: string }) {
  const { db, clock } = context;
  const round = await competitions.roundBySlug(db, slug);
  if (!round || round.announced_at === null) refuse('NOT_FOUND');
  const { model } = await modelToShare(context, name);
  const model_id = asId<ModelId>(model.id);
  const entry = (await competitions.entryOfModel(db, round.id, model_id)) ?? refuse('NOT_FOUND');
  const [[card], release, samples] = await Promise.all([
    presentModels(context, [model]),
    registry.releaseById(db, entry.release_id),
    registry.samplesOf(db, [entry.release_id], SAMPLES_MAX),
  ]);
  if (!card || !release) refuse('NOT_FOUND');
  return {
    now: clock.now().toISOString(),
    round: { slug, title: round.title, month: round.month, state: round.state },
    model: card,
    description: model.description,
    version: release.version,
    entered_at: entry.submitted_at.toISOString(),
    samples: samples.map((sample) => presentSample(context, sample, model.slug)),
    ...(resultsAreOut(round.state)
      ? await resultsWith(context, round, { model_id, entry_id: entry.id })
      : { standing: null, works: [] }),
  };
}

/** How it stands, and which works made with it were in the final. Only of a round whose results are out. */
async function resultsWith(
  context: Context,
  round: competitions.Round,
  of: { model_id: ModelId; entry_id: competitions.Entry['id'] },
) {
  const { db } = context;
  const [places, finalists] = await Promise.all([
    competitions.placesOut(db, 'round', [round.id]),
    competitions.finalistsWith(db, round.id, of.model_id),
  ]);
  const placeOf = new Map(places.map((place) => [place.entry_id, place]));
  const own = placeOf.get(of.entry_id);
  const entries = await competitions.entriesByIds(
    db,
    finalists.flatMap(({ entry_id, kind }) => (kind === 'models' ? [] : [entry_id])),
  );
  const works = await shownWorks(context, entries);
  const kindOf = new Map(finalists.map(({ entry_id, kind }) => [entry_id, kind]));
  const items = entries.flatMap(({ id }) => {
    const [work, kind] = [works.get(id), kindOf.get(id)];
    return work && kind ? [{ kind, place: placeOf.get(id)?.place ?? null, work }] : [];
  });
  return {
    standing: {
      ...{ place: own?.place ?? null, shared: own?.shared ?? false },
      finalist: finalists.some(({ entry_id }) => entry_id === of.entry_id),
    },
    works: items.toSorted((one, other) => (one.place ?? LAST) - (other.place ?? LAST)),
  };
}
const LAST = 1_000;
