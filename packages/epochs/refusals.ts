const REFUSALS = {
  NO_LEAVES: 'an epoch needs a leaf',
  TOO_MANY_LEAVES: 'these are more leaves than one tree holds',
  ADDRESS_MALFORMED: 'an address is 0x and 40 hexadecimal digits',
  ADDRESS_NOT_LOWER_CASE: 'an address is written in lower case',
  ZERO_ADDRESS: 'nothing is paid to the zero address',
  DISTRIBUTOR_PAID: 'what the distributor paid to itself would count as paid',
  DUPLICATE_WALLET: 'a wallet has one leaf, for it is paid the larger and not the sum',
  AMOUNT_NOT_POSITIVE: 'an amount is above zero',
  AMOUNT_TOO_LARGE: 'an amount has 128 bits',
  TOTAL_TOO_LARGE: 'the sum of all amounts has 128 bits',
  CHAIN_ID_IMPOSSIBLE: 'the id of a chain is above zero and has 64 bits',
  EPOCH_IMPOSSIBLE: 'epochs are counted from 1, in 64 bits',
  NOT_WHOLE_NANOS: 'this is not a whole number of nano-STELAI',
  TREE_DAMAGED: 'these bytes are not the tree of these leaves',
  MANIFEST_NOT_TEXT: 'a manifest is UTF-8',
  MANIFEST_LINE_ENDS: 'each line of a manifest ends with a line feed alone, the last one too',
  MANIFEST_HEADER: 'the first line of a manifest says what it is of, in canonical JSON',
  MANIFEST_LINE: 'each further line of a manifest is a leaf, in canonical JSON',
  MANIFEST_NOT_SORTED: 'the leaves of a manifest stand in ascending order of their wallets',
  MANIFEST_COUNT_DIFFERS: 'the manifest has another number of leaves than it says',
  MANIFEST_TOTAL_DIFFERS: 'the leaves of the manifest have another sum than it says',
} as const;

export type Refusal = keyof typeof REFUSALS;

/** What was asked for cannot be, and `refusal` names why. */
export class ImpossibleEpoch extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal, about = '') {
    super(about === '' ? REFUSALS[refusal] : `${REFUSALS[refusal]}: ${about}`);
    this.name = 'ImpossibleEpoch';
    this.refusal = refusal;
  }
}

export function demand(condition: boolean, refusal: Refusal, about?: string): asserts condition {
  if (!condition) throw new ImpossibleEpoch(refusal, about);
}
