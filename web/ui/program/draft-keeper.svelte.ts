import { api } from '#web/api-client.ts';
import type { ApplicationFinding, OwnApplication } from '#web/api-types.ts';
import { refusalOf, type Refusal } from '#web/refusal.ts';
import { at, findingAt, isEmpty, readDraft, wordsOf, writeDraft, type Written } from './draft.ts';

const REST_MS = 900;
const AGAIN_MS = 5_000;

/** A draft on its way to the server: saved shortly after one stops writing, and kept here while it cannot be. */
export class DraftKeeper {
  readonly id: string;
  written: Written = $state()!;
  findings: ApplicationFinding[] = $state.raw([]);
  saved_at: string = $state('');
  saving = $state(false);
  /** Why what was written is not saved. */
  trouble: Refusal | null = $state.raw(null);
  /** Whether what is still missing is said at its field, too, where nobody has written yet. */
  strict = $state(false);

  version = $state(0);
  #saved = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(application: OwnApplication) {
    this.id = application.id;
    this.#take(application);
  }

  #take({ draft, draft_version, draft_at, findings }: OwnApplication) {
    this.written = readDraft(draft);
    this.version = draft_version;
    this.saved_at = draft_at;
    this.findings = findings;
    this.#saved = JSON.stringify(writeDraft(this.written));
    this.trouble = null;
  }

  readonly #now = $derived(JSON.stringify(writeDraft(this.written)));
  /** What is written and lies nowhere else yet. */
  readonly unsaved = $derived(this.#now !== this.#saved);

  /** What was not saved before the page was left, if it still builds on what lies at the server. */
  recover() {
    const kept = sessionStorage.getItem(this.#key);
    if (!kept) return;
    const { version, draft } = JSON.parse(kept) as { version: number; draft: Record<string, unknown> };
    if (version === this.version) this.written = readDraft(draft);
    else sessionStorage.removeItem(this.#key);
  }
  get #key() {
    return `application ${this.id}`;
  }

  /** To be called when something was written: saves when it has rested. */
  changed() {
    if (!this.unsaved) return;
    sessionStorage.setItem(this.#key, `{"version":${this.version},"draft":${this.#now}}`);
    this.#later(REST_MS);
  }
  #later(ms: number) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), ms);
  }

  /** Saves now; true when everything lies at the server. What is being saved already is waited for. */
  save = async (): Promise<boolean> => {
    clearTimeout(this.#timer);
    while (this.#sending) await this.#sending;
    if (!this.unsaved) return true;
    if (this.trouble?.code === 'DRAFT_CHANGED') return false;
    this.#sending = this.#send();
    await this.#sending;
    return !this.unsaved;
  };
  #sending: Promise<void> | undefined;

  async #send(): Promise<void> {
    this.saving = true;
    const sent = this.#now;
    try {
      const draft = JSON.parse(sent) as Record<string, unknown>;
      const answer = await api.program.updateApplication({
        ...{ id: this.id, draft, draft_version: this.version },
      });
      this.version = answer.draft_version;
      this.saved_at = answer.draft_at;
      this.findings = answer.findings;
      this.#saved = sent;
      this.trouble = null;
      if (this.unsaved) this.#later(REST_MS);
      else sessionStorage.removeItem(this.#key);
    } catch (error) {
      this.trouble = refusalOf(error);
      if (this.trouble.status === 0 || this.trouble.status >= 500) this.#later(AGAIN_MS);
    } finally {
      this.saving = false;
      this.#sending = undefined;
    }
  }

  /** Takes what another tab wrote; what was written here is gone. */
  takeTheirs = async () => {
    sessionStorage.removeItem(this.#key);
    this.#take(await api.program.getApplication({ id: this.id }));
  };
  /** Writes over what another tab wrote. */
  keepMine = async () => {
    const theirs = await api.program.getApplication({ id: this.id });
    this.version = theirs.draft_version;
    this.trouble = null;
    await this.save();
  };

  /** What is wrong with a field, in words; nothing where nobody has written, unless one asked for all of it. */
  error(path: string): string | null {
    const finding = findingAt(this.findings, path);
    if (!finding) return null;
    const draft = writeDraft(this.written);
    if (!this.strict && isEmpty(at(draft, path))) return null;
    return wordsOf(finding, draft);
  }
  /** The same of any finding, for a list of them. */
  says = (finding: ApplicationFinding): string => wordsOf(finding, writeDraft(this.written));

  /** Leaves nothing behind that would save later. */
  stop() {
    clearTimeout(this.#timer);
  }
}
