import type { Plugin } from 'vite';

const IMPORT = /^(\s*import \w+ from )'([^']+\.svelte)' with \{ wakes: '(seen|touched)' \};/gm;
const QUERY = /\?wakes=(seen|touched)$/;
const PART = '\0part:';
/** Or it would be read as the component itself. */
const ENDING = '.part';

/**
 * `import Comments from '…/Comments.svelte' with { wakes: 'seen' }`: the server draws the component with the page, and
 * the browser fetches its script when it comes into sight; with `touched`, at the first touch of anything on the page.
 * It is used, and its props are checked, as any other. On the way from page to page all of it is there at once.
 *
 * Not for components with styles of their own, which would come along with the script; nor for those that draw nothing
 * at times, which nobody ever sees.
 */
export function later(): Plugin {
  return {
    name: 'later',
    enforce: 'pre',
    transform: {
      filter: { id: /\.svelte$/, code: IMPORT },
      handler: (code) => ({ code: code.replace(IMPORT, "$1'$2?wakes=$3';"), map: null }),
    },
    resolveId: {
      filter: { id: QUERY },
      async handler(source, importer) {
        const whole = await this.resolve(source.replace(QUERY, ''), importer);
        return whole && `${PART}${QUERY.exec(source)?.[1]}:${whole.id}${ENDING}`;
      },
    },
    load(id) {
      if (!id.startsWith(PART)) return undefined;
      const [wakes = '', ...path] = id.slice(PART.length, -ENDING.length).split(':');
      const whole = JSON.stringify(path.join(':'));
      const code = this.environment.name === 'client' ? inBrowser(whole, wakes) : onServer(whole);
      return { code, moduleType: 'js' };
    },
  };
}

const onServer = (whole: string) => `
import Drawn from '#ui/later/Drawn.svelte';
import whole from ${whole};
export default (renderer, props) => Drawn(renderer, { whole, props });
`;

const inBrowser = (whole: string, wakes: string) => `
import Later from '#ui/later/Later.svelte';
import { partOf } from '#ui/later/parts.ts';
const part = partOf('${wakes}', () => import(${whole}));
export default (anchor, props) => Later(anchor, { part, props });
`;
