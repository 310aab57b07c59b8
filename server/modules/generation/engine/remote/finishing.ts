import type { Desk } from '../../desk/index.ts';
import type { EngineFailure, EngineJob, MediaOutput } from '../types.ts';
import type { Artifact } from './endpoint.ts';

const FINISH_MS_MAX = 120_000;
const PREVIEW_MS_MAX = 5_000;

/** What becomes of results from outside before anybody sees them: the same for every engine. */
export type Finishing = {
  finish(artifacts: Artifact[], job: EngineJob, signal: AbortSignal): Promise<MediaOutput[] | EngineFailure>;
  /** A small picture made anew; null where there is none to be made. */
  preview(artifact: Artifact, signal: AbortSignal): Promise<Uint8Array | null>;
};

/** Results from outside are hostile uploads: the desk takes them apart and makes them anew. */
export function finishingAt(desk: Pick<Desk, 'do'>): Finishing {
  return {
    async finish(artifacts, { release, limits }, signal) {
      const order = {
        modality: release.modality,
        artifacts,
        output_bytes_max: limits.output_bytes_max,
      };
      const done = await desk.do('finish', order, { wall_ms_max: FINISH_MS_MAX, signal });
      return done.ok ? done.value : done;
    },
    async preview(artifact, signal) {
      const done = await desk.do('glance', artifact, { wall_ms_max: PREVIEW_MS_MAX, signal });
      return done.ok ? done.value : null;
    },
  };
}
