/** Follows one generation over server-sent events until it has ended; a lost line is taken up again. */
import { api } from '#web/api-client.ts';
import type { Generation, Progress } from '#web/api-types.ts';
import { refusalOf, type Refusal } from '#web/refusal.ts';
import { hasEnded } from '../words.ts';

const RETRY_MS = 1500;

export class Watch {
  generation: Generation;
  progress: Progress | null = $state.raw(null);
  queuePlace: number | null = $state(null);
  /** The latest preview as a data URL. */
  preview: string | null = $state(null);
  cancelling = $state(false);
  refusal: Refusal | null = $state.raw(null);
  readonly #stopped = new AbortController();
  readonly #onend: (generation: Generation) => void;

  constructor(generation: Generation, onend: (generation: Generation) => void) {
    this.#onend = onend;
    this.generation = $state.raw(generation);
    this.#take(generation);
    if (!hasEnded(generation.state)) void this.#follow();
  }

  #take(generation: Generation) {
    this.generation = generation;
    this.progress = generation.progress;
    this.queuePlace = generation.queue_place;
  }

  async #follow() {
    const { signal } = this.#stopped;
    while (!signal.aborted && !hasEnded(this.generation.state)) {
      try {
        const events = await api.generation.watchGeneration({ id: this.generation.id }, { signal });
        for await (const event of events) {
          if (event.type === 'state') this.#take(event.generation);
          else if (event.type === 'progress') this.progress = event.progress;
          else if (event.type === 'queue') this.queuePlace = event.queue_place;
          else this.preview = `data:${event.mime};base64,${event.base64}`;
        }
      } catch (error) {
        if (signal.aborted) return;
        const refusal = refusalOf(error);
        if (refusal.code === 'NOT_FOUND' || refusal.code === 'NOT_SIGNED_IN')
          return void (this.refusal = refusal);
      }
      if (!hasEnded(this.generation.state)) await new Promise((resume) => setTimeout(resume, RETRY_MS));
    }
    if (!signal.aborted) this.#onend(this.generation);
  }

  async cancel() {
    this.cancelling = true;
    try {
      this.#take(await api.generation.createCancellation({ id: this.generation.id }));
    } catch (error) {
      this.refusal = refusalOf(error);
    } finally {
      this.cancelling = false;
    }
  }

  stop() {
    this.#stopped.abort();
  }
}
