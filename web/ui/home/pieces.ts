import type { ModelPage, Sample } from '#web/api-types.ts';

export type Piece = { sample: Sample; model: ModelPage };

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
      return sample ? [{ sample, model }] : [];
    }),
  );
  const widest = pieces
    .filter((piece) => piece.sample.modality === 'image')
    .reduce<Piece | null>((best, piece) => (best && shape(best) >= shape(piece) ? best : piece), null);
  return widest ? [widest, ...pieces.filter((piece) => piece !== widest)] : pieces;
}
