import type { EngineEvent } from '../types.ts';
import type { Sessions } from './sessions.ts';
import { Refusal } from '../refusal.ts';

const PREVIEW_EVERY_MS = 250;
/** Faster than a screen shows it nobody needs to know, and each telling costs a turn of both processes. */
const PROGRESS_EVERY_MS = 30;

export type Outside = {
  tell(event: EngineEvent): void;
  stopAsked(): Promise<boolean>;
};

/** One run as a player sees it: its models, its input, and how to report and stop. */
export class Run {
  readonly sessions: Sessions;
  readonly input: Record<string, unknown>;
  readonly seed: number;
  private readonly outside: Outside;
  private lastPreview = -Infinity;
  private lastProgress = -Infinity;
  private modelMs = 0;

  constructor(sessions: Sessions, input: Record<string, unknown>, seed: number, outside: Outside) {
    this.sessions = sessions;
    this.input = input;
    this.seed = seed;
    this.outside = outside;
  }

  get inferenceMs(): number {
    return Math.round(this.modelMs * 10) / 10;
  }

  /** Counts what `work` takes as time in the model. */
  async timed<T>(work: () => Promise<T> | T): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.modelMs += performance.now() - start;
    }
  }

  /** Reports a finished step, when it is time to; the place where a run can be stopped. */
  async progress(step: number, total: number, label: string): Promise<void> {
    const now = performance.now();
    if (now - this.lastProgress < PROGRESS_EVERY_MS && step < total) return;
    this.lastProgress = now;
    this.outside.tell({ type: 'progress', step, total, label });
    if (await this.outside.stopAsked()) throw new Refusal('cancelled', 'cancelled');
  }

  /** At most four a second; `draw` is not called for the others. */
  async preview(draw: () => Promise<Uint8Array>): Promise<void> {
    const now = performance.now();
    if (now - this.lastPreview < PREVIEW_EVERY_MS) return;
    this.lastPreview = now;
    this.outside.tell({ type: 'preview', mime: 'image/webp', bytes: await draw() });
  }

  text(name: string): string {
    const value = this.input[name];
    if (typeof value !== 'string') throw new Refusal('invalid_input', `${name} must be text`);
    return value;
  }

  number(name: string, low: number, high: number): number {
    const value = this.input[name];
    if (typeof value !== 'number' || !(value >= low && value <= high))
      throw new Refusal('invalid_input', `${name} must be a number from ${low} to ${high}`);
    return value;
  }

  wholeNumber(name: string, low: number, high: number): number {
    const value = this.number(name, low, high);
    if (!Number.isInteger(value)) throw new Refusal('invalid_input', `${name} must be a whole number`);
    return value;
  }

  /** `name` of the input where it is given */
  choice(name: string): string | null {
    const value = this.input[name];
    return typeof value === 'string' ? value : null;
  }
}
