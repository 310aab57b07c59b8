import type { ModelPage, Sample } from '#web/api-types.ts';

type Named = Pick<ModelPage, 'slug' | 'title' | 'creator'>;
export type Piece = { sample: Sample; model: Named };

const named = ({ slug, title, creator }: Named): Named => ({ slug, title, creator });
const shape = ({ sample }: Piece) => (sample.width ?? 1) / (sample.height ?? 1);

/**
 * Samples of all models in turn, so that no model fills the page. The widest still picture comes first:
 * it stands large.
 */
export function piecesOf(models: ModelPage[]): Piece[] {
  const longest = Math.max(0, ...models.map((model) => model.samples.length));
  const pieces = Array.from({ length: longest }, (_, turn) => turn).flatMap((turn) =>
    models.flatMap((model) => {
      const sample = model.samples[turn];
      return sample ? [{ sample, model: named(model) }] : [];
    }),
  );
  const widest = pieces
    .filter((piece) => piece.sample.modality === 'image')
    .reduce<Piece | null>((best, piece) => (best && shape(best) >= shape(piece) ? best : piece), null);
  return widest ? [widest, ...pieces.filter((piece) => piece !== widest)] : pieces;
}

export type Told = Named & Pick<ModelPage, 'from_micros' | 'agreement' | 'split'>;

/** The model by which the shares are told: a picture's, that pays more than one, where there is such a one. */
export function toldOf(models: ModelPage[]): Told | null {
  const told =
    models.find((model) => model.modality === 'image' && model.split.parts.length > 1) ?? models[0];
  if (!told) return null;
  const { from_micros, agreement, split } = told;
  return { ...named(told), from_micros, agreement, split };
}
