/**
 * Everything the generator holds: the form's values, the live quote, the generation that is shown and those
 * made since the page was opened. What was typed is kept for each model, so that nothing is lost on the way
 * through sign-in, the wallet or another model.
 */
import { invalidate } from '$app/navigation';
import { api } from '#web/api-client.ts';
import type { Generation, GenerationInput, ModelPage, Quote } from '#web/api-types.ts';
import { refusalOf, type Refusal } from '#web/refusal.ts';
import { hasEnded } from '../words.ts';
import { forgetDraft, keepDraft, readDraft } from './draft.ts';
import {
  fieldsOf,
  initialValues,
  inputOf,
  missing,
  withInput,
  type FormField,
  type Values,
} from './input-schema.ts';
import { Watch } from './watch.svelte.ts';

const QUOTE_PAUSE_MS = 280;
const OTHERS_EVERY_MS = 2000;

type StartBody = { release_id: string; input: GenerationInput; quote: string | undefined };

export class Workbench {
  readonly model: ModelPage;
  readonly fields: FormField[];
  values: Values = $state({});
  quote: Quote | null = $state.raw(null);
  quoting = $state(false);
  quoteRefusal: Refusal | null = $state.raw(null);
  starting = $state(false);
  startRefusal: Refusal | null = $state.raw(null);
  watch: Watch | null = $state.raw(null);
  made: Generation[] = $state.raw([]);
  #timer = 0;
  #others = 0;
  #asked = 0;
  /**
   * What was last sent, kept until the server has said what became of it: pressing again after a lost answer
   * sends exactly the same once more, which starts nothing twice.
   */
  #unanswered: { key: string; body: StartBody } | null = null;

  readonly #signedIn: boolean;

  constructor(model: ModelPage, input: Record<string, unknown> | null, signedIn: boolean) {
    this.model = model;
    this.#signedIn = signedIn;
    this.fields = fieldsOf(model.release?.input_schema ?? {});
    const start = initialValues(this.fields);
    this.values = input
      ? withInput(this.fields, start, input)
      : withInput(this.fields, start, readDraft(model.slug));
  }

  get shown(): Generation | null {
    return this.watch?.generation ?? null;
  }
  get running(): boolean {
    return this.shown !== null && !hasEnded(this.shown.state);
  }
  /** Why the button cannot be pressed, or null when it can. */
  get why(): string | null {
    const empty = missing(this.fields, this.values);
    if (!this.model.can.generate.allowed) return this.model.can.generate.why;
    if (empty) return `${empty.label} is empty.`;
    if (this.quoteRefusal) return this.quoteRefusal.message;
    if (this.quote && !this.quote.affordable.allowed) return this.quote.affordable.why;
    return null;
  }
  issueOf(name: string): string | null {
    const refusal = this.startRefusal ?? this.quoteRefusal;
    return refusal?.issues.find((issue) => issue.path.split(/[./]/).includes(name))?.message ?? null;
  }

  /** Call when the values have changed: keeps them and asks for a new price once the typing pauses. */
  changed(input: Record<string, unknown>) {
    keepDraft(this.model.slug, input);
    clearTimeout(this.#timer);
    // A quote is made out to a payer: visitors see the price with default settings and its shares.
    if (!this.#signedIn || !this.model.release || missing(this.fields, this.values)) return;
    this.#timer = window.setTimeout(() => void this.askPrice(input), this.quote ? QUOTE_PAUSE_MS : 0);
  }

  async askPrice(input: Record<string, unknown> = inputOf(this.values)) {
    if (!this.model.release) return;
    const asked = ++this.#asked;
    this.quoting = true;
    try {
      const quote = await api.generation.createQuote({ release_id: this.model.release.id, input });
      if (asked !== this.#asked) return;
      this.quote = quote;
      this.quoteRefusal = null;
    } catch (error) {
      if (asked === this.#asked) this.quoteRefusal = refusalOf(error);
    } finally {
      if (asked === this.#asked) this.quoting = false;
    }
  }

  async start(): Promise<Generation | null> {
    if (this.why || this.starting || !this.model.release) return null;
    this.starting = true;
    this.startRefusal = null;
    try {
      const { key, body } = (this.#unanswered = this.#attempt(this.model.release.id));
      const generation = await api.generation.createGeneration({ headers: { 'idempotency-key': key }, body });
      this.#unanswered = null;
      this.show(generation);
      return generation;
    } catch (error) {
      this.#refused(refusalOf(error));
      return null;
    } finally {
      this.starting = false;
    }
  }

  #attempt(release_id: string): { key: string; body: StartBody } {
    const input = inputOf(this.values);
    const last = this.#unanswered;
    if (last && JSON.stringify(last.body.input) === JSON.stringify(input)) return last;
    return { key: crypto.randomUUID(), body: { release_id, input, quote: this.quote?.quote } };
  }

  #refused(refusal: Refusal) {
    this.startRefusal = refusal;
    const outcomeKnown = refusal.status >= 400 && refusal.status < 500;
    if (outcomeKnown) this.#unanswered = null;
    if (refusal.code === 'QUOTE_EXPIRED' || refusal.code === 'QUOTE_INVALID') void this.askPrice();
  }

  show(generation: Generation) {
    this.watch?.stop();
    this.#remember(generation);
    this.watch = new Watch(generation, (ended) => {
      this.#remember(ended);
      this.moneyMoved();
    });
    this.#keepUp();
  }

  /** Call after a start or an end, when the address has settled: a navigation drops what is asked before it. */
  moneyMoved() {
    void invalidate('app:me');
    void this.askPrice();
  }

  /**
   * Rereads what runs beside the one that is shown. A stream for each would use up the few connections that
   * a browser has for one place.
   */
  #keepUp() {
    clearTimeout(this.#others);
    const open = this.made.filter(({ id, state }) => id !== this.shown?.id && !hasEnded(state));
    if (open.length === 0) return;
    this.#others = window.setTimeout(() => void this.#reread(open), OTHERS_EVERY_MS);
  }
  async #reread(open: Generation[]) {
    try {
      const { items } = await api.generation.listGenerations({ limit: 100 });
      const now = open.flatMap(({ id }) => items.find((item) => item.id === id) ?? []);
      for (const generation of now) this.#remember(generation);
      if (now.some(({ state }) => hasEnded(state))) this.moneyMoved();
    } catch {
      // the next look may be luckier
    }
    this.#keepUp();
  }
  #remember(generation: Generation) {
    const known = this.made.some((other) => other.id === generation.id);
    this.made = known
      ? this.made.map((other) => (other.id === generation.id ? generation : other))
      : [generation, ...this.made];
  }

  use(input: Record<string, unknown>) {
    this.values = withInput(this.fields, initialValues(this.fields), input);
  }
  reset() {
    forgetDraft(this.model.slug);
    this.values = initialValues(this.fields);
  }
  leave() {
    clearTimeout(this.#timer);
    clearTimeout(this.#others);
    this.watch?.stop();
  }
}
