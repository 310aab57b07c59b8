import type { ModelCard } from '#web/api-types.ts';

/** What the models of a campaign show of themselves, so many at most. */
export const coversOf = ({ models }: { models: ModelCard[] }, most: number) =>
  models.flatMap((model) => (model.cover ? [{ model, cover: model.cover }] : [])).slice(0, most);
