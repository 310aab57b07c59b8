import type { EngineEvent } from '../types.ts';
import type { Tell } from './dialect.ts';
import type { Finishing } from './finishing.ts';
import type { Line } from './http.ts';

const LOG_EVERY_MS = 250;

/** Passes on what an engine tells, once and in order, and no more of it than anybody could look at. */
export function teller(
  { line, signal }: { line: Line; signal: AbortSignal },
  finishing: Finishing,
  onEvent: (event: EngineEvent) => void,
): { tell: Tell; hush: () => void } {
  let hushed = false;
  let started = false;
  let furthest = '';
  let logged = 0;
  let drawing = false;
  const say = (event: EngineEvent) => {
    if (!hushed) onEvent(event);
  };
  const tell: Tell = {
    started() {
      if (started) return;
      started = true;
      say({ type: 'started' });
    },
    progress(step, total, label) {
      tell.started();
      const now = `${step}/${total} ${label}`;
      if (now === furthest) return;
      furthest = now;
      say({ type: 'progress', step, total, label });
    },
    preview(artifact) {
      // the newest is worth a look, not each of them
      if (drawing || hushed) return;
      drawing = true;
      finishing
        .preview(artifact, signal)
        .then((bytes) => bytes && say({ type: 'preview', mime: 'image/webp', bytes }))
        .catch(() => {}) // a look that cannot be had is worth no trouble
        .finally(() => (drawing = false));
    },
    log(text) {
      const now = performance.now();
      if (now - logged < LOG_EVERY_MS) return;
      const last = line.clean(lastLineOf(text));
      if (!last) return;
      logged = now;
      say({ type: 'log', text: last });
    },
  };
  return { tell, hush: () => (hushed = true) };
}

const lastLineOf = (text: unknown) => (typeof text === 'string' ? text.trimEnd().split(/[\r\n]/) : []).at(-1);
