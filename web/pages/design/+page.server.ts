import { orRefuse } from '#web/load.ts';

/** True samples of each modality: the media components are shown with what models really made. */
export async function load({ locals, url }) {
  const models = await orRefuse(locals.api.registry.listModels({ limit: 30 }), url);
  const of = (modality: string) =>
    models.items.find((model) => model.modality === modality && model.cover)?.cover ?? null;
  return { samples: [of('image'), of('video'), of('music')].filter((sample) => sample !== null) };
}
