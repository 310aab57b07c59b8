/** Why something is reported, in words. */
export const REPORT_REASONS = {
  sexual: 'Sexual or about minors',
  hate: 'Hate or harassment',
  violence: 'Cruelty or threats',
  real_person: 'Shows a real person without consent',
  copied: 'Copied from somebody else',
  spam: 'Spam or misleading',
  other: 'Something else',
} as const;
export const WORDS_CHARS_MAX = 1_000;
