import type { Panel } from '#web/api-types.ts';

type Tone = 'neutral' | 'positive' | 'warning' | 'danger' | 'info';

export const judgeStates: Record<Panel['state'], { name: string; tone: Tone }> = {
  invited: { name: 'Asked', tone: 'warning' },
  accepted: { name: 'Judge', tone: 'positive' },
  declined: { name: 'Declined', tone: 'neutral' },
  recused: { name: 'Stepped back', tone: 'neutral' },
  void: { name: 'Does not count', tone: 'danger' },
};

export const criterionNames: Record<Panel['rubric'][number]['criterion'], string> = {
  creativity: 'Creativity',
  craft: 'Craft',
  theme: 'Theme',
  use_of_model: 'Use of the model',
};
