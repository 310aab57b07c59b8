import { mkdirSync } from 'node:fs';
import { ConfinedChild } from './child-process.ts';
import { type Confinement, CPU_SECONDS_MAX } from './confine.ts';

export type PoolOptions = {
  children: number;
  /** an empty folder for the children to stand in */
  scratch_dir: string;
  confinement: Confinement;
  log?: (line: string) => void;
  /** start all at once, rather than each when it is first needed */
  eager: boolean;
  /** a child is replaced after so many runs or when it holds more than so much */
  child_runs_max?: number;
  child_rss_bytes_max?: number;
};

export type Pool<Child> = {
  /** Lends a child, first come, first served; null when the signal came first or the pool closed. */
  withChild<T>(signal: AbortSignal, work: (child: Child) => Promise<T>): Promise<T | null>;
  close(): Promise<void>;
};

/** A few confined processes, kept warm, replaced when they are worn or dead. */
export function createPool<Order extends { run: number }, Event, Result>(
  options: PoolOptions,
): Pool<ConfinedChild<Order, Event, Result>> {
  type Child = ConfinedChild<Order, Event, Result>;
  const { children, scratch_dir, confinement, log = () => {} } = options;
  mkdirSync(scratch_dir, { recursive: true });
  const idle: Child[] = [];
  const busy = new Set<Child>();
  const waiting: ((child: Child | null) => void)[] = [];
  let closed = false;
  if (options.eager) for (let i = 0; i < children; i++) idle.push(startChild());

  return { withChild, close };

  async function withChild<T>(signal: AbortSignal, work: (child: Child) => Promise<T>): Promise<T | null> {
    const child = await take(signal);
    if (!child) return null;
    try {
      return await work(child);
    } finally {
      giveBack(child);
    }
  }

  function take(signal: AbortSignal): Promise<Child | null> {
    if (signal.aborted || closed) return Promise.resolve(null);
    const spare = idle.pop();
    if (spare || busy.size < children) {
      const child = spare?.alive ? spare : startChild(); // one may have died with nothing to do
      busy.add(child);
      return Promise.resolve(child);
    }
    return new Promise((resolve) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(receive), 1);
        resolve(null);
      };
      const receive = (child: Child | null) => {
        signal.removeEventListener('abort', leave);
        if (child) busy.add(child);
        resolve(child);
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(receive);
    });
  }

  function giveBack(child: Child): void {
    busy.delete(child);
    const worn = wornOut(child);
    if (worn) {
      log(`process ${child.pid} replaced: ${worn}`);
      child.kill();
    }
    if (closed) return child.kill();
    const receive = waiting.shift();
    if (receive) receive(worn ? startChild() : child);
    else if (!worn) idle.push(child);
    else if (options.eager) idle.push(startChild());
  }

  function wornOut({ alive, runs, usage }: Child): string | null {
    if (!alive) return 'it ended';
    if (runs >= (options.child_runs_max ?? 200)) return `${runs} runs`;
    if (usage && usage.rss_bytes > (options.child_rss_bytes_max ?? 700e6))
      return `${usage.rss_bytes} bytes resident`;
    if (usage && usage.cpu_ms > CPU_SECONDS_MAX * 500) return `${usage.cpu_ms} ms of processor time`;
    return null;
  }

  function startChild(): Child {
    return new ConfinedChild(scratch_dir, confinement);
  }

  async function close(): Promise<void> {
    closed = true;
    for (const receive of waiting.splice(0)) receive(null);
    const all = [...idle.splice(0), ...busy];
    for (const child of all) child.kill();
    await Promise.all(all.map((child) => child.gone));
  }
}
