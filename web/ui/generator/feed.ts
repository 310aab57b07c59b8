/** The history as it is shown: what was started together stands together, newest first. */
import type { Generation, GenerationState, Modality } from '#web/api-types.ts';
import { hasEnded } from '../words.ts';

export type Stage = 'open' | 'succeeded' | 'stopped';
export type FeedFilter = {
  modality: Modality | undefined;
  stage: Stage | undefined;
  model: string | undefined;
  board: string | undefined;
};
export type Group = {
  /** the id of the batch, or of the one generation */
  id: string;
  /** in the order in which they were started */
  generations: Generation[];
};

const stageOf = (state: GenerationState): Stage =>
  state === 'succeeded' ? 'succeeded' : hasEnded(state) ? 'stopped' : 'open';

export const belongs = (generation: Generation, filter: FeedFilter): boolean =>
  (!filter.modality || generation.model.modality === filter.modality) &&
  (!filter.stage || stageOf(generation.state) === filter.stage) &&
  (!filter.model || generation.model.slug === filter.model) &&
  (!filter.board || generation.board_id === filter.board);

/** What succeeded and has nothing left to show was moved to the bin. */
export const isGone = ({ state, assets }: Generation): boolean =>
  state === 'succeeded' && assets.length === 0;

/** What was read before it ended and comes late: what has ended does not begin again. */
export const isLate = (known: Generation | undefined, told: Generation): boolean =>
  known !== undefined && hasEnded(known.state) && !hasEnded(told.state);

export const groupId = (generation: Generation): string => generation.batch_id ?? generation.id;

export function groupsOf(generations: readonly Generation[]): Group[] {
  const groups = new Map<string, Generation[]>();
  for (const generation of generations) {
    const together = groups.get(groupId(generation));
    if (together) together.push(generation);
    else groups.set(groupId(generation), [generation]);
  }
  return [...groups]
    .map(([id, members]) => ({ id, generations: members.toSorted(olderFirst) }))
    .toSorted((a, b) => (startOf(b) > startOf(a) ? 1 : -1));
}

/** Ids are ordered by time. */
export const olderFirst = (a: Generation, b: Generation) => (a.id < b.id ? -1 : 1);
const startOf = ({ generations }: Group) => generations[0]?.id ?? '';

export type Shape = 'one' | 'batch' | 'comparison';

/** A comparison is the same settings on several models; the same model several times is a batch. */
export function shapeOf({ generations }: Group): Shape {
  if (generations.length < 2) return 'one';
  const models = new Set(generations.map(({ model }) => model.slug));
  return models.size === generations.length && models.size <= 4 ? 'comparison' : 'batch';
}

export type Outlook = Pick<Generation, 'queue_place' | 'estimate' | 'runner_away'>;

/** Where it stands in line, and when it will be done where that can be said. */
export function waitingWords({ queue_place, estimate, runner_away }: Outlook): string {
  if (runner_away) return 'No runner is there just now. It waits for one';
  if (queue_place === null) return 'Waiting for a runner';
  const where = queue_place === 1 ? 'Next in line' : `${ordinal(queue_place)} in line`;
  const ends_in_ms = estimate?.ends_in_ms ?? null;
  return ends_in_ms === null ? where : `${where}, done in about ${roughly(ends_in_ms / 1000)}`;
}

export const ordinal = (place: number): string => {
  const teen = place % 100 > 10 && place % 100 < 14;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${ending}`;
};

/** 7 -> "7 s", 43 -> "45 s", 400 -> "7 min" */
export function roughly(seconds: number): string {
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90) return `${Math.round(seconds / 5) * 5} s`;
  return `${Math.round(seconds / 60)} min`;
}
