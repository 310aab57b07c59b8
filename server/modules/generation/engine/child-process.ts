import { spawn, type ChildProcess } from 'node:child_process';
import { childCommand, type Confinement, limitMemory } from './confine.ts';
import { forgetPeak, peakOf } from './memory.ts';
import type { FromChild, ToChild, Usage } from './protocol.ts';

const STDERR_KEPT = 16_000;
/**
 * Nothing of ours. With glibc's usual many arenas now and then a film held 1.7 GB of freed tensors at
 * its end; with one arena it stays below 0.7 GB, mostly 0.25. Other allocators take no notice.
 */
const CHILD_ENVIRONMENT = { MALLOC_ARENA_MAX: '1' };

export type Ending<Result> =
  | { type: 'end'; result: Result; usage: Usage; memory_bytes_peak: number | null }
  | { type: 'exit'; signal: NodeJS.Signals | null; code: number | null; stderr: string }
  | { type: 'timeout'; wall_ms_max: number }
  | { type: 'cancelled' };

/** For the result of a run; nothing where it is not known. */
export const peakIn = ({ memory_bytes_peak }: { memory_bytes_peak: number | null }) =>
  memory_bytes_peak === null ? {} : { memory_bytes_peak };

export type RunLimits = {
  wall_ms_max: number;
  signal: AbortSignal;
  /** how long a cancelled child may take to stop by itself */
  cancel_grace_ms: number;
};

/** The parent's side of one confined process. It takes one order at a time. */
export class ConfinedChild<Order extends { run: number }, Event, Result> {
  readonly ready: Promise<boolean>;
  /** settles when the process has ended */
  readonly gone: Promise<void>;
  runs = 0;
  /** as of its last run */
  usage: Usage | null = null;
  private readonly process: ChildProcess;
  private memoryLimit = 0;
  private stderr = '';
  private onMessage: (message: FromChild<Event, Result>) => void = () => {};
  private onExit: (ending: Ending<Result>) => void = () => {};
  private exit: Ending<Result> | null = null;

  constructor(workingFolder: string, confinement: Confinement) {
    const { program, args } = childCommand(confinement);
    this.process = spawn(program, args, {
      cwd: workingFolder,
      env: CHILD_ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.process.stderr?.on('data', (chunk) => (this.stderr = (this.stderr + chunk).slice(-STDERR_KEPT)));
    this.process.on('message', (message) => this.onMessage(message as FromChild<Event, Result>));
    this.process.on('error', (error) => this.left(null, null, error.message));
    this.gone = new Promise((resolve) => {
      this.process.on('close', (code, signal) => {
        this.left(code, signal, '');
        resolve();
      });
    });
    this.ready = new Promise((resolve) => {
      this.onMessage = (message) => message.type === 'ready' && resolve(true);
      this.onExit = () => resolve(false);
    });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  get alive(): boolean {
    return this.exit === null && !this.process.killed;
  }

  async limitMemory(bytes: number): Promise<void> {
    if (this.memoryLimit === bytes || !this.pid) return;
    // A child that is gone cannot be limited; running it reports that.
    await limitMemory(this.pid, bytes).catch(() => {});
    this.memoryLimit = bytes;
  }

  /** Kills the child at the wall clock, and when it does not stop after a cancellation. */
  async run(order: Order, limits: RunLimits, onEvent: (event: Event) => void): Promise<Ending<Result>> {
    const { wall_ms_max, signal, cancel_grace_ms } = limits;
    let why: Ending<Result> | null = null;
    let grace: NodeJS.Timeout | undefined;
    const deadline = setTimeout(() => {
      why ??= { type: 'timeout', wall_ms_max };
      this.kill();
    }, wall_ms_max);
    const onAbort = () => {
      why ??= { type: 'cancelled' };
      this.send({ type: 'cancel', run: order.run });
      grace = setTimeout(() => this.kill(), cancel_grace_ms);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      // asked of the system, not of the child, which may say anything
      const counts = this.pid !== undefined && (await forgetPeak(this.pid));
      const ending = await this.runOut(order, (event) => why === null && onEvent(event));
      if (ending.type !== 'end') return why ?? ending;
      this.usage = ending.usage;
      return why ?? { ...ending, memory_bytes_peak: counts ? await peakOf(this.pid ?? 0) : null };
    } finally {
      clearTimeout(deadline);
      clearTimeout(grace);
      signal.removeEventListener('abort', onAbort);
    }
  }

  private runOut(order: Order, onEvent: (event: Event) => void): Promise<Ending<Result>> {
    if (this.exit) return Promise.resolve(this.exit);
    this.runs++;
    return new Promise((resolve) => {
      this.onExit = resolve;
      this.onMessage = (message) => {
        if (message.type === 'ready' || message.run !== order.run) return;
        if (message.type === 'event') onEvent(message.event);
        else resolve({ ...message, memory_bytes_peak: null });
      };
      this.send(order);
    });
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }

  private send(message: ToChild<Order>): void {
    // A send that fails means the child is gone; `close` reports that.
    if (this.process.connected) this.process.send(message, () => {});
  }

  private left(code: number | null, signal: NodeJS.Signals | null, reason: string): void {
    if (this.exit) return;
    this.exit = { type: 'exit', code, signal, stderr: this.stderr + reason };
    this.onExit(this.exit);
  }
}
