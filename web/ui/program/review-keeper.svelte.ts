import { api } from '#web/api-client.ts';
import type { Criterion, ReviewPage, ReviewWish } from '#web/api-types.ts';
import { refusalOf, type Refusal } from '#web/refusal.ts';

const REST_MS = 900;

type Written = {
  scores: Partial<Record<Criterion, number>>;
  confidence: number | null;
  recommendation: ReviewWish['recommendation'] | null;
  to_applicant: string;
  to_panel: string;
};

const isScore = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 5;
const recommendations = ['accept', 'waitlist', 'reject'] as const;

/** What was written before: the draft, or else the newest version that was submitted. */
function readWritten({ draft, mine, rubric }: ReviewPage): Written {
  const from: Record<string, unknown> = Object.keys(draft).length > 0 ? draft : { ...mine[0] };
  const given = Object(from['scores']) as Record<string, unknown>;
  const scores = Object.fromEntries(
    rubric.flatMap(({ criterion }) => (isScore(given[criterion]) ? [[criterion, given[criterion]]] : [])),
  );
  return {
    scores,
    confidence: isScore(from['confidence']) ? from['confidence'] : null,
    recommendation: recommendations.find((one) => one === from['recommendation']) ?? null,
    to_applicant: typeof from['to_applicant'] === 'string' ? from['to_applicant'] : '',
    to_panel: typeof from['to_panel'] === 'string' ? from['to_panel'] : '',
  };
}

/** A review that is being written: saved shortly after one stops. */
export class ReviewKeeper {
  written: Written = $state()!;
  notes = $state('');
  saving = $state(false);
  trouble: Refusal | null = $state.raw(null);
  readonly #task: ReviewPage;
  #version: number;
  #saved = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(task: ReviewPage) {
    this.#task = task;
    this.#version = task.draft_version;
    this.written = readWritten(task);
    this.notes = task.notes;
    this.#saved = JSON.stringify([this.written, this.notes]);
  }

  readonly #now = $derived(JSON.stringify([this.written, this.notes]));
  readonly unsaved = $derived(this.#now !== this.#saved);

  /** What is still missing before it can be submitted, in words. */
  readonly missing = $derived.by(() => {
    const open = this.#task.rubric.filter(({ criterion }) => this.written.scores[criterion] === undefined);
    if (open.length > 0) return `Score ${open.map(({ title }) => title.toLowerCase()).join(', ')}.`;
    if (this.written.confidence === null) return 'Say how sure you are.';
    if (this.written.recommendation === null) return 'Say what you recommend.';
    return this.written.to_applicant.trim() === '' ? 'Write something to the applicant.' : null;
  });

  changed() {
    if (!this.unsaved) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), REST_MS);
  }

  save = async (): Promise<void> => {
    clearTimeout(this.#timer);
    if (this.saving || !this.unsaved) return;
    this.saving = true;
    const sent = this.#now;
    try {
      const { id } = this.#task;
      const draft = { ...this.written, scores: { ...this.written.scores } };
      const answer = await api.program.updateReviewDraft({
        ...{ id, draft, notes: this.notes, draft_version: this.#version },
      });
      this.#version = answer.draft_version;
      this.#saved = sent;
      this.trouble = null;
    } catch (error) {
      this.trouble = refusalOf(error);
    } finally {
      this.saving = false;
    }
    if (this.unsaved && !this.trouble) this.changed();
  };

  /** The review as it is submitted; null while something is missing. */
  wish(): ReviewWish | null {
    const { scores, confidence, recommendation, to_applicant, to_panel } = this.written;
    const { creativity, utility, impact, quality, safety } = scores;
    if (!creativity || !utility || !impact || !quality || !safety || !confidence || !recommendation)
      return null;
    return {
      scores: { creativity, utility, impact, quality, safety },
      ...{ confidence, recommendation, to_applicant, to_panel },
    };
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
