/** Why a model stands in a featured place. */
import { count, number } from '../language.ts';
import type { Because } from './shapes.ts';
import type { SlotKind } from './surfaces.ts';

export const slotLabel: Record<SlotKind, string> = {
  editorial: 'Editors’ choice',
  merit: 'On merit',
  campaign: 'Campaign',
  new_model_quota: 'New model',
  rotation: 'In turn',
  competition: 'In a competition',
};

/** What was booked says so in the words of who booked it. */
export function whyFeatured(kind: SlotKind, { reason, round, quota }: Because): string {
  switch (kind) {
    case 'editorial':
      return `Our editors chose it: ${reason ?? ''}`;
    case 'merit':
      return `It earned this place: ${reason ?? ''}`;
    case 'campaign':
      return `It is part of a campaign: ${reason ?? ''}`;
    case 'rotation':
      return 'Nobody booked this place, so models take turns in it: those seen least come first.';
    case 'competition':
      return round === null
        ? 'It takes part in a competition. Models that do take turns in this place: those seen least come first.'
        : `Its creator entered it in ${round}. Models that do take turns in this place: those seen least come first.`;
    case 'new_model_quota':
      if (!quota) return 'This place is kept for new models, which take turns in it.';
      return `${number(quota.share_ppm / 10_000)} % of all featured places are kept for models of the last ${count(quota.new_days, 'day')}. They take turns: those seen least come first.`;
  }
}
