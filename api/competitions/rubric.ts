/** What a judge looks at, in the order of the sheet. */
export const RUBRIC = ['creativity', 'craft', 'theme', 'use_of_model'] as const;
export const RUBRIC_ASKS: Record<(typeof RUBRIC)[number], string> = {
  creativity: 'Is there an idea in it that the others do not have?',
  craft: 'Is it well made, to the edges, on the second look too?',
  theme: 'Does it answer the theme of the round?',
  use_of_model: 'Does it get out of its model what others do not?',
};
