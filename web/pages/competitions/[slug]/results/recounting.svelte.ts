import { scriptAddress } from '#web/script-address.ts';
// oxlint-disable-next-line import/default -- vite makes it: the address of the script, packed by itself
import workerAddress from './recount-worker.ts?worker&url';

export type Recounted = {
  agrees: boolean;
  findings: { name: string; holds: boolean; detail: string }[];
  places: { place: number; entry: string }[];
  /** What the bundle says its digest is, and is. */
  digest: string | null;
};

/** What the count says while it goes on, and at its end. */
export type Told = { step: string } | { counted: Recounted };

/** One recount in this browser: where it is, and what came of it. */
export class Recounting {
  step: 'idle' | 'downloading' | 'counting' = $state('idle');
  /** What is counted just now. */
  counts = $state('');
  bytes = $state(0);
  /** Of the download; null while nobody knows how much there is. */
  part: number | null = $state(null);
  result: (Recounted & { ms: number }) | null = $state.raw(null);
  trouble: string | null = $state(null);

  run = async (address: string, digest: string): Promise<void> => {
    if (this.step !== 'idle') return;
    this.step = 'downloading';
    this.result = null;
    this.trouble = null;
    const began = performance.now();
    try {
      const bytes = await this.#fetch(address);
      this.step = 'counting';
      this.part = null;
      const counted = await countBeside(bytes, (step) => (this.counts = step));
      this.result = { ...asPublished(counted, digest), ms: performance.now() - began };
    } catch {
      this.trouble =
        this.step === 'downloading'
          ? 'The bundle could not be fetched. Check the connection and press again.'
          : 'Your browser could not count it. The command line can.';
    } finally {
      this.step = 'idle';
    }
  };

  async #fetch(address: string): Promise<ArrayBuffer> {
    const answer = await fetch(address);
    if (!answer.ok || !answer.body) throw new Error(`the bundle answers ${answer.status}`);
    const whole = Number(answer.headers.get('content-length'));
    const reader = answer.body.getReader();
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    this.bytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      this.bytes += value.length;
      this.part = whole > 0 ? Math.min(1, this.bytes / whole) : null;
    }
    return new Blob(pieces).arrayBuffer();
  }
}

/** A bundle that agrees with itself, and is another than the one of this page, agrees with nothing. */
const asPublished = (counted: Recounted, digest: string): Recounted => ({
  ...counted,
  agrees: counted.agrees && counted.digest === digest,
  findings: [
    ...counted.findings,
    { name: 'published', holds: counted.digest === digest, detail: counted.digest ?? 'no bundle' },
  ],
});

function countBeside(bytes: ArrayBuffer, onstep: (step: string) => void): Promise<Recounted> {
  return new Promise((done, fail) => {
    const worker = new Worker(scriptAddress(workerAddress), { type: 'module' });
    const end = (act: () => void) => {
      worker.terminate();
      act();
    };
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      if ('step' in data) onstep(data.step);
      else end(() => done(data.counted));
    };
    worker.onerror = (event) => end(() => fail(new Error(event.message)));
    // handed over, not copied: a bundle of a million and a half ballots is 70 MB
    worker.postMessage(bytes, [bytes]);
  });
}
