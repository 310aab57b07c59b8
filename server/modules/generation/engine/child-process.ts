import { spawn, type ChildProcess } from 'node:child_process';
import { childCommand, limitMemory } from './confine.ts';
import type { FromChild, Order, ToChild, Usage } from './protocol.ts';
import type { EngineEvent, EngineFailure, EngineSuccess } from './types.ts';

const STDERR_KEPT = 16_000;
/**
 * Nothing of ours. With glibc's usual many arenas now and then a film held 1.7 GB of freed tensors at
 * its end; with one arena it stays below 0.7 GB, mostly 0.25. Other allocators take no notice.
 */
const CHILD_ENVIRONMENT = { MALLOC_ARENA_MAX: '1' };

export type Ending =
  | { type: 'end'; result: EngineSuccess | EngineFailure; usage: Usage }
  | { type: 'exit'; signal: NodeJS.Signals | null; code: number | null; stderr: string };

/** The parent's side of one inference process. It takes one order at a time. */
export class InferenceChild {
  readonly ready: Promise<boolean>;
  /** settles when the process has ended */
  readonly gone: Promise<void>;
  readonly heldFiles = new Set<string>();
  runs = 0;
  private readonly process: ChildProcess;
  private memoryLimit = 0;
  private stderr = '';
  private onMessage: (message: FromChild) => void = () => {};
  private onExit: (ending: Ending) => void = () => {};
  private exit: Ending | null = null;

  constructor(workingFolder: string) {
    const { program, args } = childCommand();
    this.process = spawn(program, args, {
      cwd: workingFolder,
      env: CHILD_ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.process.stderr?.on('data', (chunk) => (this.stderr = (this.stderr + chunk).slice(-STDERR_KEPT)));
    this.process.on('message', (message) => this.onMessage(message as FromChild));
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

  run(order: Order, onEvent: (event: EngineEvent) => void): Promise<Ending> {
    if (this.exit) return Promise.resolve(this.exit);
    this.runs++;
    for (const file of order.files) this.heldFiles.add(file.sha256);
    return new Promise((resolve) => {
      this.onExit = resolve;
      this.onMessage = (message) => {
        if (message.type === 'ready' || message.run !== order.run) return;
        if (message.type === 'event') onEvent(message.event);
        else resolve(message);
      };
      this.send(order);
    });
  }

  cancel(run: number): void {
    this.send({ type: 'cancel', run });
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }

  private send(message: ToChild): void {
    // A send that fails means the child is gone; `close` reports that.
    if (this.process.connected) this.process.send(message, () => {});
  }

  private left(code: number | null, signal: NodeJS.Signals | null, reason: string): void {
    if (this.exit) return;
    this.exit = { type: 'exit', code, signal, stderr: this.stderr + reason };
    this.onExit(this.exit);
  }
}
