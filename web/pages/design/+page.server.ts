import { orRefuse } from '#web/load.ts';
import css from '../../app.css?raw';
import { coloursIn, readingsOf } from './tokens.ts';

/** True samples of each modality: the media components are shown with what models really made. */
export async function load({ locals, url }) {
  const models = await orRefuse(locals.api.registry.listModels({ limit: 30 }), url);
  const of = (modality: string) => models.items.find((model) => model.modality === modality && model.cover);
  const shown = [of('image'), of('video'), of('music')].filter((model) => model !== undefined);
  return {
    models: shown,
    samples: shown.map(({ cover }) => cover).filter((cover) => cover !== null),
    now: new Date().toISOString(),
    readings: readingsOf(coloursIn(css)),
    theme_shown: oneOf(url, 'theme', ['light', 'dark']),
    is_right_to_left: url.searchParams.get('dir') === 'rtl',
    is_still: url.searchParams.get('motion') === 'reduced',
  };
}

const oneOf = (url: URL, name: string, all: string[]) => {
  const asked = url.searchParams.get(name);
  return asked !== null && all.includes(asked) ? asked : null;
};
