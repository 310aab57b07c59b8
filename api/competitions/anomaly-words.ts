/** What the report about odd votes says nothing of, in words: it looks at no more than the product holds. */
export const NOT_LOOKED_AT = [
  'From which countries votes came: this product holds no country of anybody.',
  'Payment instruments, payout destinations and wallets that voters share: it does not hold them yet.',
  'Networks that voters used longer ago than traces of them are kept.',
] as const;
