/**
 * What is about to be generated: one model or up to four side by side, the form's values, how many, for which
 * board, and the live price. What was typed is kept, so that nothing is lost on the way through sign-in, the
 * wallet or another model.
 */
import { api } from '#web/api-client.ts';
import type { BatchInput, Generation, ModelPage, Quote, RefusedStart } from '#web/api-types.ts';
import { refusalOf, type Refusal } from '#web/refusal.ts';
import { inCredits } from '../credits.ts';
import { count as counted } from '../words.ts';
import { ownFields, sharedFields } from './compare.ts';
import { coming } from './coming.svelte.ts';
import { keepDraft, readDraft } from './draft.ts';
import {
  fieldsOf,
  initialValues,
  inputOf,
  missing,
  withInput,
  type FormField,
  type Values,
} from './input-schema.ts';
import { freshSeed, seedsFrom } from './seeds.ts';
import { startHeaders } from './start-headers.ts';

const QUOTE_PAUSE_MS = 280;
/** Refusals that name a field. */
const OF_A_FIELD = ['PROMPT_REFUSED', 'INPUT_PICTURE_REFUSED'];

type Wanted = BatchInput['generations'];
type Attempt = { key: string; intent: string; body: BatchInput };
/** What was pressed for and did not start, ready to be tried again for the same batch. */
export type Rest = { refused: RefusedStart[]; wanted: Wanted; batch_id: string };

export class Workbench {
  readonly models: ModelPage[];
  /** What all of the models can be told. */
  readonly fields: FormField[];
  /** What only one of them has, by its slug. */
  readonly own: Record<string, FormField[]>;
  values: Values = $state({});
  ownValues: Record<string, Values> = $state({});
  count = $state(1);
  /** How many on other seeds were asked for and wait for the press. */
  ready = $state(0);
  board: string | null = $state(null);
  quotes: Quote[] = $state.raw([]);
  quoting = $state(false);
  quoteRefusal: Refusal | null = $state.raw(null);
  starting = $state(false);
  startRefusal: Refusal | null = $state.raw(null);
  rest: Rest | null = $state.raw(null);
  /** When there may be room again, after there was none. */
  roomAt = $state(0);
  #timer = 0;
  #asked = 0;
  /**
   * What was last sent, kept until the server has said what became of it: pressing again after a lost answer
   * sends exactly the same once more, which starts nothing twice.
   */
  #unanswered: Attempt | null = null;
  readonly #signedIn: boolean;

  constructor(models: ModelPage[], input: Record<string, unknown> | null, signedIn: boolean) {
    this.models = models;
    this.#signedIn = signedIn;
    const forms = models.map(({ release }) => fieldsOf(release?.input_schema ?? {}));
    this.fields = sharedFields(forms);
    this.own = Object.fromEntries(
      models.map(({ slug }, place) => [slug, ownFields(forms[place] ?? [], this.fields)]),
    );
    this.ownValues = Object.fromEntries(
      models.map(({ slug }) => [slug, initialValues(this.own[slug] ?? [])]),
    );
    this.values = withInput(this.fields, initialValues(this.fields), input ?? readDraft(this.#draft));
  }

  get #draft(): string {
    return this.models.map(({ slug }) => slug).join('+');
  }
  get model(): ModelPage | null {
    return this.models[0] ?? null;
  }
  get isComparing(): boolean {
    return this.models.length > 1;
  }
  /** How many generations one press starts. */
  get amount(): number {
    return this.isComparing ? this.models.length : this.count;
  }
  get seedMax(): number | null {
    return this.fields.find((field) => field.kind === 'seed')?.max ?? null;
  }
  get quote(): Quote | null {
    return this.quotes[0] ?? null;
  }
  /** Of everything that one press starts. */
  get price_micros(): bigint | null {
    const [first] = this.quotes;
    if (!first || this.quotes.length < this.models.length) return null;
    if (!this.isComparing) return BigInt(first.price_micros) * BigInt(this.count);
    return this.quotes.reduce((total, { price_micros }) => total + BigInt(price_micros), 0n);
  }
  get isTooDear(): boolean {
    const { price_micros, quote } = this;
    return price_micros !== null && quote !== null && price_micros > BigInt(quote.available_micros);
  }
  /** Why the button cannot be pressed, or null when it can. */
  get why(): string | null {
    const empty = missing(this.fields, this.values);
    const closed = this.models.find(({ can }) => !can.generate.allowed);
    if (closed) return closed.can.generate.why;
    if (coming.count > 0) return 'A picture is still on its way.';
    if (empty) return `${empty.label} is empty.`;
    if (this.quoteRefusal) return this.quoteRefusal.message;
    if (this.isTooDear && this.quote) return `You have ${inCredits(this.quote.available_micros)}.`;
    return null;
  }
  /** What is wrong with one field, said at the field. */
  issueOf(name: string): string | null {
    const refusal = this.startRefusal ?? this.quoteRefusal;
    if (refusal && this.#fieldOf(refusal) === name) return reasonOf(refusal);
    return refusal?.issues.find((issue) => issue.path.split(/[./]/).includes(name))?.message ?? null;
  }
  /** The field of the form that a refused prompt or picture stands in. */
  #fieldOf(refusal: Refusal): string | null {
    if (!OF_A_FIELD.includes(refusal.code)) return null;
    const { field } = refusal.data;
    const all = [...this.fields, ...Object.values(this.own).flat()];
    return all.find(({ name }) => name === field)?.name ?? null;
  }
  /** What is wrong and has no field of its own. */
  get refusal(): Refusal | null {
    return this.startRefusal && this.#fieldOf(this.startRefusal) === null ? this.startRefusal : null;
  }

  inputFor(slug: string): Record<string, unknown> {
    return inputOf({ ...this.values, ...this.ownValues[slug] });
  }

  /** Call when the values have changed: keeps them and asks for a new price once the typing pauses. */
  changed(input: Record<string, unknown>) {
    keepDraft(this.#draft, input);
    clearTimeout(this.#timer);
    if (this.startRefusal && OF_A_FIELD.includes(this.startRefusal.code)) this.startRefusal = null;
    // A quote is made out to a payer: visitors see the price with default settings and its shares.
    if (!this.#signedIn || missing(this.fields, this.values)) return;
    this.#timer = window.setTimeout(() => void this.askPrice(), this.quote ? QUOTE_PAUSE_MS : 0);
  }

  /** For the same settings on other seeds; nothing is spent before the press. */
  getReady(count: number) {
    this.count = count;
    this.ready = count;
  }
  get readyWords(): string | null {
    return this.ready > 0 && this.ready === this.amount
      ? `${counted(this.ready, 'new seed')} ${this.ready === 1 ? 'is' : 'are'} ready: press Generate.`
      : null;
  }

  async askPrice() {
    if (!this.#signedIn || missing(this.fields, this.values)) return;
    const asked = ++this.#asked;
    this.quoting = true;
    try {
      const quotes = await Promise.all(
        this.models.flatMap(({ slug, release }) =>
          release ? api.generation.createQuote({ release_id: release.id, input: this.inputFor(slug) }) : [],
        ),
      );
      if (asked !== this.#asked) return;
      this.quotes = quotes;
      this.quoteRefusal = null;
    } catch (error) {
      if (asked === this.#asked) this.quoteRefusal = refusalOf(error);
    } finally {
      if (asked === this.#asked) this.quoting = false;
    }
  }

  /** Starts what the form says; answers what was started. */
  async start(): Promise<Generation[]> {
    if (this.why || this.starting) return [];
    const intent = JSON.stringify([this.values, this.ownValues, this.count, this.board]);
    const key = crypto.randomUUID();
    return this.#send(
      this.#unanswered?.intent === intent
        ? this.#unanswered
        : { key, intent, body: this.#body(this.#wanted(), key) },
    );
  }
  /** Tries again what the queue had no room for, as part of the same batch. */
  async startRest(): Promise<Generation[]> {
    if (!this.rest || this.starting) return [];
    const { wanted, batch_id } = this.rest;
    return this.#send({ key: crypto.randomUUID(), intent: '', body: this.#body(wanted, batch_id) });
  }

  /** A comparison runs on one seed; a batch on the seeds that follow each other. */
  #wanted(): Wanted {
    const max = this.seedMax;
    const fixed = this.values['seed'];
    const first =
      typeof fixed === 'number' ? fixed : max === null || this.amount === 1 ? null : freshSeed(max);
    const seeds =
      first === null || max === null
        ? []
        : this.isComparing
          ? this.models.map(() => first)
          : seedsFrom(first, this.count, max);
    const models = this.isComparing
      ? this.models
      : Array.from({ length: this.count }, () => this.models[0]).filter((model) => model !== undefined);
    return models.flatMap(({ slug, release }, place) => {
      if (!release) return [];
      const seed = seeds[place];
      const input = { ...this.inputFor(slug), ...(seed === undefined ? {} : { seed }) };
      const quote = this.quotes.find(({ release_id }) => release_id === release.id)?.quote;
      return { release_id: release.id, input, quote };
    });
  }
  #body = (generations: Wanted, batch_id: string): BatchInput => ({
    batch_id,
    generations,
    ...(this.board ? { board_id: this.board } : {}),
  });

  async #send(attempt: Attempt): Promise<Generation[]> {
    this.starting = true;
    this.startRefusal = null;
    this.rest = null;
    this.ready = 0;
    try {
      this.#unanswered = attempt;
      const { key, body } = attempt;
      const answer = await api.generation.createBatch({ headers: startHeaders(key), body });
      this.#unanswered = null;
      this.#keepRest(answer.refused, body);
      return answer.generations;
    } catch (error) {
      this.#refused(refusalOf(error));
      return [];
    } finally {
      this.starting = false;
    }
  }

  #keepRest(refused: RefusedStart[], { generations, batch_id }: BatchInput) {
    if (refused.length === 0) return;
    const wanted = refused.flatMap(({ place }) => generations[place] ?? []);
    this.rest = { refused, wanted, batch_id };
    this.#waitFor(Math.max(0, ...refused.map(({ retry_after_s }) => retry_after_s ?? 0)));
  }
  #waitFor(seconds: unknown) {
    this.roomAt = typeof seconds === 'number' ? Date.now() + seconds * 1000 : 0;
  }
  #refused(refusal: Refusal) {
    this.startRefusal = refusal;
    this.#waitFor(refusal.data['retry_after_s']);
    const outcomeKnown = refusal.status >= 400 && refusal.status < 500;
    if (outcomeKnown) this.#unanswered = null;
    if (refusal.code === 'QUOTE_EXPIRED' || refusal.code === 'QUOTE_INVALID') void this.askPrice();
  }

  /** Takes over the settings of something that was made. */
  use(input: Record<string, unknown>) {
    this.values = withInput(this.fields, initialValues(this.fields), input);
    for (const { slug } of this.models) {
      const own = this.own[slug] ?? [];
      this.ownValues[slug] = withInput(own, initialValues(own), input);
    }
  }
  reset(fields: readonly FormField[]) {
    Object.assign(this.values, initialValues(fields));
  }
  /** "4 images", "3 models": what a press makes, where it makes more than one. */
  get amountWords(): string {
    if (this.isComparing) return `on ${counted(this.models.length, 'model')}`;
    const noun = { image: 'image', video: 'video', music: 'piece' }[this.model?.modality ?? 'image'];
    return this.count === 1 ? '' : counted(this.count, noun);
  }
  leave() {
    clearTimeout(this.#timer);
  }
}

/** The policy says why in `data`; its words are for the author of the prompt. */
function reasonOf(refusal: Refusal): string {
  const { why } = refusal.data;
  return typeof why === 'string' && why ? `${why} Nothing was charged.` : refusal.message;
}
