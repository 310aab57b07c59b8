/** What parts of a whole are called, by their keys. Names that people gave stand in the answer. */
import { LANGUAGE, list } from '../language.ts';
import { placeName } from '../slots/surface-words.ts';
import type { Breakdown, EarningsBy, EarningsGroup, Group } from './shapes.ts';

const dimensions: Record<string, string> = {
  model: 'Model',
  release: 'Release',
  outcome: 'How it ended',
  reason: 'Why it failed',
  hour: 'Day and hour',
  region: 'Part of the world',
  source: 'Where they came from',
  slot: 'Featured place',
  follower: 'Followers and others',
  via: 'How they asked',
};
const outcomes: Record<string, string> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  expired: 'Expired',
};
/** Where payers came from. */
const sources: Record<string, string> = {
  slot: 'A featured place',
  campaign: 'A campaign',
  link: 'A link of yours',
  follow: 'They follow you',
  direct: 'By themselves',
};
/** How they asked. */
const vias: Record<string, string> = {
  page: 'On our pages',
  api: 'By our API',
  replicate: 'By the API of Replicate',
  openai: 'By the API of OpenAI',
  fal: 'By the API of fal',
};
/** Where their clocks are set to; what is not here is called as it is. */
const regions: Record<string, string> = {
  africa: 'Africa',
  america: 'The Americas',
  antarctica: 'Antarctica',
  arctic: 'The Arctic',
  asia: 'Asia',
  atlantic: 'Islands of the Atlantic',
  australia: 'Australia',
  europe: 'Europe',
  indian: 'Islands of the Indian Ocean',
  pacific: 'Islands of the Pacific',
};
const followers: Record<string, string> = { yes: 'Followers', no: 'Others' };

/** Why generations fail; what is not known here is told by its code. */
const failures: Record<string, string> = {
  timeout: 'It took too long',
  out_of_memory: 'It needed too much memory',
  engine_crashed: 'The engine broke off',
  model_error: 'The model could not do it',
  model_invalid: 'The files of the model could not be used',
  invalid_input: 'The settings did not fit',
  output_rejected: 'The result could not be used',
  policy_blocked: 'The result was blocked',
  runner_broke: 'The runner broke',
  runner_lost: 'The runner was lost',
  runner_unavailable: 'The runner could not be reached',
  storage_full: 'There was no room for the result',
  waited_too_long: 'Nobody took it in time',
};
export const failureName = (reason: string): string => failures[reason] ?? capital(reason);

const capital = (code: string) => `${code.charAt(0).toUpperCase()}${code.slice(1)}`.replaceAll('_', ' ');

const SETTING = 'setting:';
/** What generations are told apart by: "source", "setting:width". */
export const dimensionName = (by: string): string =>
  by.startsWith(SETTING) ? capital(by.slice(SETTING.length)) : (dimensions[by] ?? by);

const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
/** "3-09" -> "Wednesday 09:00" */
function hourName(key: string): string {
  const [weekday = 1, hour = 0] = key.split('-').map(Number);
  const at = new Date(MONDAY + (weekday - 1) * DAY_MS);
  const day = at.toLocaleDateString(LANGUAGE, { weekday: 'long', timeZone: 'UTC' });
  return `${day} ${String(hour).padStart(2, '0')}:00`;
}

/** Of groups too small to be told. */
export const OTHER = 'other';
/** Where it is not known, or nothing of the kind. */
const NONE = 'none';

const byDimension: Record<string, Record<string, string>> = {
  outcome: outcomes,
  reason: failures,
  source: sources,
  via: vias,
  region: { ...regions, [NONE]: 'Not known' },
  follower: followers,
};

type GroupNamed = Pick<Group, 'key' | 'name' | 'place'>;
export function groupName({ dimension }: Pick<Breakdown, 'dimension'>, group: GroupNamed): string {
  const { key, name, place } = group;
  if (key === OTHER) return 'Others, told together';
  if (dimension === 'hour') return hourName(key);
  if (dimension === 'slot') {
    if (place) return placeName(place);
    return key === NONE ? 'By no featured place' : 'A place that is gone';
  }
  if (dimension.startsWith(SETTING)) return key === '' ? 'Not set' : name;
  const names = byDimension[dimension];
  return names ? (names[key] ?? capital(key)) : name;
}

const roles: Record<string, string> = {
  creator: 'As creator',
  collaborator: 'As collaborator',
  parent: 'As owner of a parent model',
  claimant: 'By a claim that was upheld',
};
const fundings: Record<string, string> = { paid: 'Paid credits', promo: 'Promo credits' };
const ofSources: Record<string, string> = {
  ...sources,
  [OTHER]: 'From other places, told together',
  'taken-back': 'Taken back, wherever it had come from',
  claimed: 'By a claim that was upheld',
  'not-yet': 'Of weeks that are not over, or only partly asked for',
};
const ADJUSTMENT = 'adjustment';
const ALONE = 'alone';

/** What brought somebody something. Models, releases and steps have names of their own. */
type EarningsNamed = Pick<EarningsGroup, 'key' | 'name' | 'others'>;
export function earningsGroupName(by: EarningsBy, { key, name, others = [] }: EarningsNamed): string {
  if (key === ADJUSTMENT) return 'Adjusted by finance';
  if (key === ALONE) return 'Yours alone';
  if (others.length > 0) return `With ${list([...new Set(others.map(({ person }) => person.display_name))])}`;
  if (by === 'role') return roles[key] ?? name;
  if (by === 'funding') return fundings[key] ?? name;
  if (by === 'source') return ofSources[key] ?? capital(key);
  return name;
}
