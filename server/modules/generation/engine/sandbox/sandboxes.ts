import { ConfinedChild } from '../child-process.ts';
import type { Confinement } from '../confine.ts';
import type { SandboxEvent, SandboxOrder, SandboxResult } from './protocol.ts';

export type Sandbox = ConfinedChild<SandboxOrder, SandboxEvent, SandboxResult>;

export type SandboxesOptions = {
  /** runs at the same time; as many processes again may wait, each with the model that it belongs to */
  children: number;
  scratch_dir: string;
  confinement(): Confinement;
  log?: (line: string) => void;
  /** a process is replaced after so many runs, or when it holds more than so much */
  child_runs_max?: number;
  child_rss_bytes_max?: number;
};

export type Sandboxes = {
  /** Lends the process that belongs to `key`, or a fresh one; null when the signal came first or all is closed. */
  withChild<T>(key: string, signal: AbortSignal, work: (child: Sandbox) => Promise<T>): Promise<T | null>;
  close(): Promise<void>;
};

export function openSandboxes(options: SandboxesOptions): Sandboxes {
  const { children, scratch_dir, confinement, log = () => {} } = options;
  const places = openPlaces(children);
  const idle: { key: string; child: Sandbox }[] = [];
  const busy = new Set<Sandbox>();
  let spare: Sandbox | null = null;
  let closed = false;
  const start = (): Sandbox => new ConfinedChild(scratch_dir, confinement());

  function take(key: string): Sandbox {
    const own = idle.findIndex((entry) => entry.key === key && entry.child.alive);
    const [found] = own < 0 ? [] : idle.splice(own, 1);
    if (found) return found.child;
    const fresh = spare?.alive ? spare : start();
    spare = null;
    return fresh;
  }

  function giveBack(key: string, child: Sandbox): void {
    const worn = wornOut(child, options);
    if (worn || closed) {
      if (worn && !closed) log(`sandbox ${child.pid} replaced: ${worn}`);
      child.kill();
    } else {
      idle.push({ key, child });
      while (idle.length > children) idle.shift()?.child.kill();
    }
    // the next release to be run finds a process that has its runtime compiled
    if (!closed && !spare?.alive) spare = start();
  }

  return {
    async withChild(key, signal, work) {
      // all may have been closed in the turn in which a place was given
      if (!(await places.take(signal)) || closed) return null;
      const child = take(key);
      busy.add(child);
      try {
        return await work(child);
      } finally {
        busy.delete(child);
        giveBack(key, child);
        places.giveBack();
      }
    },
    async close() {
      closed = true;
      places.close();
      const all = [...idle.splice(0).map(({ child }) => child), ...busy, ...(spare ? [spare] : [])];
      for (const child of all) child.kill();
      await Promise.all(all.map((child) => child.gone));
    },
  };
}

/** So many at once, and the others first come, first served. */
function openPlaces(many: number) {
  const waiting: ((isTheirs: boolean) => void)[] = [];
  let free = many;
  let closed = false;
  return {
    /** False when the signal came first or all is closed. */
    async take(signal: AbortSignal): Promise<boolean> {
      if (signal.aborted || closed) return false;
      if (free > 0) {
        free -= 1;
        return true;
      }
      return new Promise((resolve) => {
        const leave = () => {
          waiting.splice(waiting.indexOf(receive), 1);
          resolve(false);
        };
        const receive = (isTheirs: boolean) => {
          signal.removeEventListener('abort', leave);
          resolve(isTheirs);
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(receive);
      });
    },
    giveBack() {
      const next = waiting.shift();
      if (next) next(true);
      else free += 1;
    },
    close() {
      closed = true;
      for (const next of waiting.splice(0)) next(false);
    },
  };
}

function wornOut({ alive, runs, usage }: Sandbox, { child_runs_max, child_rss_bytes_max }: SandboxesOptions) {
  if (!alive) return 'it ended';
  if (runs >= (child_runs_max ?? 50)) return `${runs} runs`;
  if (usage && usage.rss_bytes > (child_rss_bytes_max ?? 1_800e6)) return `${usage.rss_bytes} bytes resident`;
  if (usage && usage.cpu_ms > 600_000) return `${usage.cpu_ms} ms of processor time`;
  return null;
}
