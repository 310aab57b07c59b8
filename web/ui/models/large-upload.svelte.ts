import { api } from '#web/api-client.ts';
import type { ModelFile, ModelUpload } from '#web/api-types.ts';
import { type Refusal, refusalOf } from '#web/refusal.ts';

const PART_BYTES = { first: 2_000_000, min: 1_000_000, max: 32_000_000 };
/** A part should take about so long: short enough to lose little of it, long enough to be worth a question. */
const PART_MS = 1_500;
const LOOK_MS = 700;
/** After so many troubles in a row somebody has to say that it shall go on. */
const TROUBLES_MAX = 5;

type Phase = 'idle' | 'sending' | 'paused' | 'checking' | 'stored' | 'unread' | 'refused';

/** One large file on its way: sent part by part, gone on with after trouble, a pause or a reload. */
export class LargeUpload {
  phase: Phase = $state('idle');
  upload: ModelUpload | null = $state.raw(null);
  refusal: Refusal | null = $state.raw(null);
  bytes_per_s = $state(0);

  readonly #onstored: (file: ModelFile) => void;
  #file: File | null = null;
  #part_bytes = PART_BYTES.first;
  /** What is under way belongs to the turn that began it; a pause begins another. */
  #turn = 0;

  constructor(onstored: (file: ModelFile) => void) {
    this.#onstored = onstored;
  }

  /** Begins, or goes on with the one of these that was begun with this very file. */
  async send(file: File, unfinished: readonly ModelUpload[]): Promise<void> {
    const turn = this.#begin(file);
    try {
      const begun = unfinished.find((upload) => isOf(upload, file));
      this.upload = begun ?? (await api.registry.createModelUpload({ name: nameOf(file), bytes: file.size }));
      remember(this.upload.id, file);
    } catch (error) {
      this.#stopWith(refusalOf(error), 'idle');
      return;
    }
    await this.#goOn(turn);
  }

  pause(): void {
    this.#turn += 1;
    this.phase = 'paused';
  }

  async resume(): Promise<void> {
    if (!this.#file || !this.upload) return;
    await this.#goOn(this.#begin(this.#file));
  }

  /** Gives it up; what was sent is deleted. */
  async cancel(): Promise<void> {
    this.#turn += 1;
    const { upload } = this;
    this.phase = 'idle';
    this.upload = null;
    this.refusal = null;
    if (upload?.can.cancel.allowed)
      await api.registry.deleteModelUpload({ id: upload.id }).catch((error: unknown) => {
        this.refusal = refusalOf(error);
      });
  }

  /** Waits for the checks of one that is all there: after a reload, too. */
  async watch(upload: ModelUpload): Promise<void> {
    this.upload = upload;
    const turn = ++this.#turn;
    this.phase = 'checking';
    await this.#untilChecked(turn);
  }

  /** Asks for another check of one of which none came to its end. */
  async checkAgain({ id }: ModelUpload): Promise<void> {
    this.refusal = null;
    try {
      await this.watch(await api.registry.createUploadCheck({ id }));
    } catch (error) {
      this.refusal = refusalOf(error);
    }
  }

  #begin(file: File): number {
    this.#file = file;
    this.phase = 'sending';
    this.refusal = null;
    this.bytes_per_s = 0;
    return ++this.#turn;
  }

  async #goOn(turn: number): Promise<void> {
    for (let troubles = 0; turn === this.#turn && this.upload?.state === 'open';) {
      try {
        await this.#sendPart(turn, this.upload);
        troubles = 0;
      } catch (error) {
        if (turn !== this.#turn) return;
        troubles += 1;
        const refusal = refusalOf(error);
        if (!mayPass(refusal) || troubles >= TROUBLES_MAX) return this.#stopWith(refusal, 'paused');
        await rest(500 * 2 ** troubles);
        await this.#look();
      }
    }
    if (turn !== this.#turn) return;
    this.phase = 'checking';
    await this.#untilChecked(turn);
  }

  async #sendPart(turn: number, { id, received }: ModelUpload): Promise<void> {
    const body = this.#file!.slice(received, received + this.#part_bytes);
    const began = performance.now();
    const upload = await api.registry.createUploadPart({
      params: { id },
      query: { offset: received },
      body: new File([body], 'part'),
    });
    if (turn !== this.#turn) return;
    this.upload = upload;
    const seconds = (performance.now() - began) / 1000;
    const now = body.size / seconds;
    this.bytes_per_s = this.bytes_per_s === 0 ? now : 0.7 * this.bytes_per_s + 0.3 * now;
    const fitting = (this.bytes_per_s * PART_MS) / 1000;
    this.#part_bytes = Math.round(Math.min(PART_BYTES.max, Math.max(PART_BYTES.min, fitting)));
  }

  async #untilChecked(turn: number): Promise<void> {
    for (; turn === this.#turn && this.upload?.state === 'checking'; await this.#look()) await rest(LOOK_MS);
    if (turn !== this.#turn || !this.upload) return;
    const { state, file } = this.upload;
    this.phase = state === 'stored' || state === 'unread' ? state : 'refused';
    if (file) this.#onstored(file);
  }

  /** How far it is by the server's word; a question that is not answered is asked again by whoever goes on. */
  async #look(): Promise<void> {
    if (!this.upload) return;
    const { id } = this.upload;
    try {
      this.upload = await api.registry.getModelUpload({ id });
    } catch (error) {
      if (refusalOf(error).code === 'NOT_FOUND') this.#stopWith(refusalOf(error), 'idle');
    }
  }

  #stopWith(refusal: Refusal, phase: Phase): void {
    this.#turn += 1;
    this.refusal = refusal;
    this.phase = phase;
  }
}

const PASSING = [
  'UPLOAD_BUSY',
  'UPLOAD_OFFSET_WRONG',
  'NOT_NOW',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'UNREACHABLE',
];
const mayPass = ({ code, status }: Refusal) => PASSING.includes(code) || status >= 500;

const rest = (ms: number) => new Promise<void>((awake) => setTimeout(awake, ms));

const nameOf = ({ name }: File) =>
  name
    .replace(/[^\w .()+-]/g, '-')
    .replace(/^\W+/, '')
    .slice(0, 99) || 'model';

/** Name and size may be those of another version: when it was changed tells them apart. */
const isOf = (upload: ModelUpload, file: File) =>
  upload.state === 'open' &&
  upload.name === nameOf(file) &&
  upload.bytes === file.size &&
  recall(upload.id) === file.lastModified;

const keyOf = (id: string) => `upload ${id}`;

function remember(id: string, file: File): void {
  try {
    localStorage.setItem(keyOf(id), String(file.lastModified));
  } catch {
    // without it, a reload begins anew
  }
}

function recall(id: string): number | null {
  try {
    return Number(localStorage.getItem(keyOf(id)) ?? Number.NaN);
  } catch {
    return null;
  }
}
