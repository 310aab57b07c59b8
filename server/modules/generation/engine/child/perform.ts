import type { Order } from '../protocol.ts';
import type { EngineFailure, EngineSuccess, MediaOutput } from '../types.ts';
import { playFilm } from './film.ts';
import { playGrownFilm, playGrownPicture } from './growth.ts';
import { playMorph } from './morph.ts';
import { playMusic } from './music.ts';
import { playPicture } from './picture.ts';
import { Refusal } from '../refusal.ts';
import { Run, type Outside } from './run.ts';
import { runtime } from './runtime.ts';
import { Sessions } from './sessions.ts';
import { playSprite } from './sprite.ts';

/** Plays one order on its release's networks. Whatever goes wrong comes back as a named failure. */
export async function perform(order: Order, outside: Outside): Promise<EngineSuccess | EngineFailure> {
  try {
    outside.tell({ type: 'started' });
    const run = new Run(new Sessions(order.files), order.input, order.seed >>> 0, outside);
    const outputs = await play(order, run);
    const bytes = outputs.reduce((sum, output) => sum + output.bytes.byteLength, 0);
    if (bytes > order.output_bytes_max)
      throw new Refusal('output_rejected', `${bytes} bytes of output, ${order.output_bytes_max} allowed`);
    return { ok: true, outputs, inference_ms: run.inferenceMs, runtime };
  } catch (error) {
    return failure(error);
  }
}

/** The roles of a release's files say by which contract it is played. */
function play(order: Order, run: Run): Promise<MediaOutput[]> {
  const { sessions } = run;
  switch (order.modality) {
    case 'image':
      if (sessions.has('flow')) return playSprite(run);
      return sessions.has('grower') ? playGrownPicture(run) : playPicture(run);
    case 'video':
      if (sessions.has('flow')) return playMorph(run);
      return sessions.has('grower') ? playGrownFilm(run) : playFilm(run);
    case 'music':
      return playMusic(run);
  }
}

function failure(error: unknown): EngineFailure {
  if (error instanceof Refusal) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  const outOfMemory =
    /bad_alloc|out of memory|Cannot allocate|Failed to allocate|Array buffer allocation/i.test(message);
  return {
    ok: false,
    code: outOfMemory ? 'out_of_memory' : 'model_error',
    message: message.slice(0, 300),
    retryable: false,
  };
}
