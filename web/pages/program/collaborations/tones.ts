export const COLLABORATION_TONES = {
  open: 'accent',
  agreed: 'positive',
  declined: 'neutral',
  withdrawn: 'neutral',
  expired: 'neutral',
} as const;
