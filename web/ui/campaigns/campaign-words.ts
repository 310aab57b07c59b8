import { LANGUAGE } from '../language.ts';
import type { AudienceCondition, CampaignFile, CampaignHead, CampaignPlan } from '#web/api-types.ts';
import { modalityName } from '../words.ts';

type State = CampaignHead['state'];

export const stateNames: Record<State, string> = {
  draft: 'Draft',
  review: 'In review',
  scheduled: 'Scheduled',
  running: 'Running',
  paused: 'Paused',
  ended: 'Ended',
  settled: 'Settled',
};
export const stateTones: Record<State, 'neutral' | 'info' | 'warning' | 'positive'> = {
  draft: 'neutral',
  review: 'info',
  scheduled: 'info',
  running: 'positive',
  paused: 'warning',
  ended: 'neutral',
  settled: 'neutral',
};

export const goalNames: Record<CampaignPlan['goal']['kind'], string> = {
  generate: 'People who generate with a featured model',
  return: 'People who generate anything',
  buy: 'People who buy credits',
};

export const repeatNames: Record<CampaignPlan['repeats'], string> = {
  no: 'Once',
  draft: 'Monthly: next month’s is made as a draft',
  scheduled: 'Monthly: next month’s is scheduled by itself',
};

export const conditionKinds: Record<AudienceCondition['kind'], string> = {
  joined: 'Joined lately',
  bought: 'Has or has not bought credits',
  generated: 'Has generated',
  follows: 'Follows a creator',
  quiet: 'Has been quiet',
};

export function conditionInWords(condition: AudienceCondition): string {
  switch (condition.kind) {
    case 'joined':
      return `joined within the last ${condition.within_days} days`;
    case 'bought':
      return condition.bought ? 'has bought credits' : 'has never bought credits';
    case 'generated':
      return condition.modality === null
        ? 'has generated something'
        : `has generated ${modalityName[condition.modality].toLowerCase()}`;
    case 'follows':
      return `follows @${condition.handle}`;
    case 'quiet':
      return `has generated before, and not within the last ${condition.days} days`;
  }
}

const ACTS: Record<string, string> = {
  begin: 'Begun',
  submit: 'Submitted',
  send_back: 'Sent back',
  approve: 'Approved and scheduled',
  start: 'Started',
  pause: 'Paused',
  resume: 'Resumed',
  end: 'Ended',
  call_off: 'Called off',
  settle: 'Settled',
};
export const actInWords = (act: string): string => ACTS[act] ?? act;

/** 123456 millionths -> "12.3 %" */
export const inPercent = (ppm: number) => `${(ppm / 10_000).toFixed(1)} %`;
/** The same as a difference: "+3.2 points". */
export const inPoints = (ppm: number) => `${ppm > 0 ? '+' : ''}${(ppm / 10_000).toFixed(1)} points`;

const DAY = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const DAY_AND_YEAR = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeZone: 'UTC' });

/** From when to when, by UTC: "Dec 1 – Dec 15, 2026". */
export const lasts = ({ starts_at, ends_at }: { starts_at: string; ends_at: string }) =>
  `${DAY.format(new Date(starts_at))} – ${DAY_AND_YEAR.format(new Date(ends_at))}`;

export const reached = ({ numbers, lift, plan }: CampaignFile) =>
  numbers && lift ? { people: lift.shown.converted, goal: plan.goal.people } : null;
