import type { Confinement } from '../engine/confine.ts';
import { cancelled, crashed, failureOf } from '../engine/failures.ts';
import { createPool } from '../engine/pool.ts';
import type { EngineFailure } from '../engine/types.ts';
import { restingPool } from './resting-pool.ts';
import type { DeskOrder, Work, Works } from './works.ts';

/** No network, no writing, no programs; of native code only sharp. */
export const DESK: Confinement = {
  program: 'server/modules/generation/desk/child/main.ts',
  reads: {
    ours: ['package.json', 'server/modules/generation', 'packages/proofs'],
    libraries: [
      ...['sharp', '@img', 'detect-libc', 'semver', 'thumbhash'],
      ...['h264-mp4-encoder', 'mediabunny', '@mediabunny', '@libav.js', '@contentauth'],
      ...['@stellary', 'zod'],
      // cards: the fonts, and satori with what it lays words out with
      ...[
        '@fontsource',
        '@fontsource-variable',
        'woff2-encoder',
        'satori',
        '@shuding',
        'fflate',
        'string.prototype.codepointat',
        'css-background-parser',
      ],
      ...['css-box-shadow', 'css-gradient-parser', 'css-to-react-native', 'camelize', 'css-color-keywords'],
      ...['postcss-value-parser', 'emoji-regex-xs', 'escape-html', 'harfbuzzjs', 'linebreak', 'base64-js'],
      // papers: what writes PDF, and what reads fonts for it
      ...['@cantoo', 'culori', 'node-html-better-parser', 'html-entities', 'tslib'],
      ...[
        'fontkit',
        '@swc',
        'brotli',
        'clone',
        'dfa',
        'fast-deep-equal',
        'restructure',
        'unicode-properties',
      ],
      ...['unicode-trie', 'pako', 'tiny-inflate', 'parse-css-color', 'color-name', 'hex-rgb'],
    ],
  },
  addons: true,
  workers: true, // the FLAC encoder computes in one
};

const MEMORY_BYTES_MAX = 1_500_000_000;
/** A process holds 100 MB and more, and takes half a second to start. */
const IDLE_MS_MAX = 5 * 60_000;

export type Done<W extends Work> = { ok: true; value: Works[W]['result'] };

export type Desk = {
  /** Never throws for trouble in what it is given or in its processes: that is a result. */
  do<W extends Work>(
    work: W,
    order: Works[W]['order'],
    limits: { wall_ms_max: number; memory_bytes_max?: number; signal?: AbortSignal },
  ): Promise<Done<W> | EngineFailure>;
  close(): Promise<void>;
};

/** Does what is done to the bytes of media in confined processes: nobody outside ever parses them. */
export function createDesk(options: {
  children: number;
  scratch_dir: string;
  log?: (line: string) => void;
  /** its processes end when nothing came for so long */
  idle_ms_max?: number;
}): Desk {
  const { idle_ms_max = IDLE_MS_MAX, ...children } = options;
  const pool = restingPool(
    () =>
      createPool<DeskOrder, never, Done<Work> | EngineFailure>({
        ...children,
        confinement: DESK,
        eager: false,
      }),
    idle_ms_max,
  );
  let runs = 0;

  return {
    async do<W extends Work>(
      work: W,
      order: Works[W]['order'],
      { wall_ms_max, memory_bytes_max = MEMORY_BYTES_MAX, signal = never }: Parameters<Desk['do']>[2],
    ) {
      const result = await pool.withChild(signal, async (child) => {
        if (!(await child.ready)) return crashed('the process at the desk did not start');
        await child.limitMemory(memory_bytes_max);
        const ending = await child.run(
          { type: 'do', run: ++runs, work, order } as DeskOrder,
          { wall_ms_max, signal, cancel_grace_ms: 0 },
          () => {},
        );
        // a child answers what it was asked
        return ending.type === 'end' ? (ending.result as Done<W> | EngineFailure) : failureOf(ending);
      });
      return result ?? cancelled();
    },
    close: pool.close,
  };
}

const never = new AbortController().signal;
