/** The only reasons for which an entry may leave the order. */
export const DISQUALIFICATIONS = {
  rules: 'It breaks a rule of the round.',
  rights: 'It infringes the rights of somebody.',
  model_rights: 'Its model was suspended because it infringes the rights of somebody.',
  same_work: 'It is the same work as another entry.',
  vote_fraud: 'Votes for it were bought or faked by those behind it.',
  ineligible_person: 'Its author may not take part in this category.',
  blocked_country: 'Its author lives where the prize may not be given.',
  minor: 'Its author is not of age.',
  law: 'The law takes it away.',
  declined: 'Its author declined.',
  unresponsive: 'Its author did not answer for ten days.',
} as const;
