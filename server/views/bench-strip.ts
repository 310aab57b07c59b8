import { isDeepStrictEqual } from 'node:util';
import type { Strip } from '#api/program/bench-shapes.ts';
import type { Context } from '../context.ts';
import { asId, type ModelId } from '../ids.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { gridOf, presentSample } from './bench-sheet.ts';

const OTHERS_MAX = 100;
const SAMPLES_MAX = 100;

/** A model on the prompts of the bench, and another one on the same, where both were benched. */
export async function modelStrip(context: Context, slug: string, other_slug?: string): Promise<Strip> {
  const { db } = context;
  const model = (await registry.modelBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const modality = registry.Modality.parse(model.modality);
  const house = await program.releasesWithHouseCells(db);
  const benched = [
    ...(await program.benchedModels(db, modality, OTHERS_MAX)),
    ...(await registry.houseReleases(db))
      .filter((release) => release.modality === modality && house.includes(release.id))
      .map(({ model_id }) => model_id),
  ];
  const others = (await registry.modelsByIds(db, benched))
    .filter(({ id, visibility }) => id !== model.id && visibility === 'listed')
    .sort((one, another) => one.title.localeCompare(another.title));
  const own = await stripOf(context, model);
  const chosen = others.find((one) => one.slug === other_slug);
  const beside = chosen && own ? await stripOf(context, chosen) : null;
  return {
    suite: program.BENCH_SUITE.version,
    ...gridOf(modality, own?.cells ?? []),
    model: own && shownOf(own),
    other: beside && shownOf(beside),
    others: own ? others.map(({ slug: name, title }) => ({ slug: name, title })) : [],
  };
}

type Model = { id: string; slug: string; title: string };

const shownOf = ({ cells: from, ...strip }: Awaited<ReturnType<typeof stripOf>> & object) => ({
  ...strip,
  cells: from.map(({ prompt_key, seed, sample }) => ({ prompt_key, seed, sample })),
});

/** Those samples of its release in use that a bench made. */
async function stripOf(context: Context, { id, slug, title }: Model) {
  const { db, clock } = context;
  const release = (await registry.releasesInUse(db, [asId<ModelId>(id)], clock.now())).get(id);
  if (!release) return null;
  if (release.binding.kind === 'house') return houseStrip(context, release);
  const samples = await registry.samplesOf(db, [release.id], SAMPLES_MAX);
  const made = await program.cellsByDigest(
    db,
    samples.map(({ digest }) => digest),
  );
  const cells = samples.flatMap((sample) => {
    // two cells may have made the same bytes: the input says which it was
    const cell = made.find(
      ({ digest, input, seed }) =>
        digest === sample.digest && isDeepStrictEqual({ ...input, seed }, sample.input),
    );
    const name = `${slug}-sample-${sample.ordinal + 1}`;
    return cell ? [{ ...cell, sample: presentSample(context, sample, name) }] : [];
  });
  return cells.length > 0 ? { slug, title, cells } : null;
}

/** Releases of the house come with samples of their own choice; what the bench asked of them lies beside those. */
async function houseStrip(context: Context, { id, slug, title, modality }: registry.Release) {
  const made = await program.houseCellsOf(context.db, id);
  const cells = made.map(({ prompt_key, seed, input, made: { bytes, ...file } }) => {
    const sample = { ...file, modality, bytes: BigInt(bytes), input: { ...input, seed } };
    return { prompt_key, seed, sample: presentSample(context, sample, `${slug}-${prompt_key}-${seed}`) };
  });
  return cells.length > 0 ? { slug, title, cells } : null;
}
