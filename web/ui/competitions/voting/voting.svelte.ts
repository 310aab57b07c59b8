import { api } from '#web/api-client.ts';
import type { BallotReport, Voting, VotingCategory, VotingPair } from '#web/api-types.ts';
import { refusalOf, type Refusal } from '#web/refusal.ts';

type Choice = 'left' | 'right' | 'equal' | 'skip';
type Where = { slug: string; category: VotingCategory };

/** Why there is no pair to look at: all are done, or the server says something else. */
export type End = 'spent' | 'closed' | 'no_pair' | 'may_not';
const ENDS: Partial<Record<string, End>> = {
  BALLOTS_SPENT: 'spent',
  VOTING_CLOSED: 'closed',
  NO_PAIR: 'no_pair',
  MAY_NOT_VOTE: 'may_not',
};
/** So long one sees what one chose. */
const SHOWN_MS = 260;
const TOO_EARLY_MS = 500;

/** A picture that is there at once is worth a short wait; what does not come is shown as it comes. */
const FETCH_MS_MAX = 1200;
const filesOf = ({ left, right }: VotingPair, category: VotingCategory): Promise<unknown> => {
  if (category !== 'image') return Promise.resolve();
  const decoded = [left, right].map((url) => Object.assign(new Image(), { src: url }).decode());
  const late = new Promise((pass) => setTimeout(pass, FETCH_MS_MAX));
  return Promise.race([Promise.allSettled(decoded), late]);
};

/** One person's way through the pairs of a category. */
export class Ballots {
  pair: VotingPair | null = $state.raw(null);
  chosen: Choice | null = $state(null);
  cast: number = $state(0);
  quota: number = $state(0);
  end: End | null = $state(null);
  trouble: Refusal | null = $state.raw(null);
  busy = $state(false);
  /** For whoever listens. */
  said = $state('');
  readonly #where: Where;

  constructor(where: Where, { cast, quota }: Voting) {
    this.#where = where;
    this.cast = cast;
    this.quota = quota;
  }

  next = async (): Promise<void> => {
    this.busy = true;
    this.trouble = null;
    try {
      this.#show(await api.competitions.createAssignment(this.#where));
    } catch (error) {
      this.#stop(refusalOf(error));
    } finally {
      this.busy = false;
    }
  };

  choose = (choice: Choice): Promise<void> => this.#send(choice);
  report = (report: BallotReport): Promise<void> => this.#send('report', report);

  async #send(choice: Choice | 'report', report?: BallotReport): Promise<void> {
    const { pair } = this;
    if (!pair || this.busy) return;
    this.busy = true;
    this.trouble = null;
    this.chosen = choice === 'report' ? 'skip' : choice;
    try {
      const shown = new Promise((pass) => setTimeout(pass, choice === 'skip' ? 0 : SHOWN_MS));
      const taken = await this.#cast(pair.token, choice, report);
      this.cast = taken.cast;
      this.quota = taken.quota;
      // the two that come are fetched while one sees what one chose
      await Promise.all([shown, taken.next && filesOf(taken.next, this.#where.category)]);
      if (taken.next) this.#show(taken.next);
      else await this.next();
    } catch (error) {
      this.chosen = null;
      const refusal = refusalOf(error);
      const isGone = refusal.code === 'TOKEN_EXPIRED' || refusal.code === 'BALLOT_CAST';
      if (isGone) await this.next();
      else this.#stop(refusal);
    } finally {
      this.busy = false;
    }
  }

  /** The server measures too. Where its clock ran a little behind, one waits for it and is not told. */
  async #cast(token: string, choice: Choice | 'report', report?: BallotReport) {
    const ballot = { token, choice, ...(report && { report }) };
    try {
      return await api.competitions.createBallot(ballot);
    } catch (error) {
      const { code, data } = refusalOf(error);
      const wait_ms = Number(data['wait_ms']);
      if (code !== 'TOO_EARLY_TO_CHOOSE' || !(wait_ms >= 0)) throw error;
      await new Promise((pass) => setTimeout(pass, Math.max(TOO_EARLY_MS, wait_ms)));
      return api.competitions.createBallot(ballot);
    }
  }

  #show(pair: VotingPair) {
    this.pair = pair;
    this.chosen = null;
    this.said = `Pair ${Math.min(this.cast + 1, this.quota)} of ${this.quota}.`;
  }
  #stop(refusal: Refusal) {
    const end = ENDS[refusal.code];
    if (end) {
      this.end = end;
      this.pair = null;
    } else this.trouble = refusal;
  }
}
