/** Why ballots or a ranking count for less or for nothing, by the codes that stand in the published bundle. */
const REASONS: Record<string, string> = {
  ENTRANT: 'They have an entry in the category',
  STAFF: 'They run the round',
  JUDGE: 'They judge the round',
  RELATED_TO_JUDGE: 'They are near to a judge',
  RELATED: 'They chose about a work of somebody whom they are near to',
  BANNED: 'Their account was closed',
  INELIGIBLE: 'They may not vote',
  VOTE_FRAUD: 'Their votes were bought or faked',
  NEW: 'New accounts count a quarter',
  CLASS_CAP: 'New accounts together count a tenth of the others at most',
  CLUSTER: 'Accounts that belong together share one voice',
  CONTROL_MISSED: 'They missed a control pair, of which one side is visibly damaged, and count half',
  CONTROLS_MISSED: 'They missed two control pairs, of which one side is visibly damaged',
  TOO_MANY_SKIPS: 'They skipped more than two in five pairs',
  BELOW_FLOOR: 'They chose in too few pairs',
  LOW_AGREEMENT: 'They agree with the others far less than all others do',
  CONTRARY: 'The ranking runs against that of all others',
  NOTHING_COMMITTED: 'No ranking was committed',
  NOTHING_REVEALED: 'The ranking was not revealed',
  NOT_ALL_RANKED: 'The ranking does not hold all finalists',
  RECUSED: 'They stepped back',
};
const CODE = /^[A-Z]+(_[A-Z]+)*$/;

export const reasonInWords = (reason: string) =>
  REASONS[reason] ?? (CODE.test(reason) ? reason.replaceAll('_', ' ').toLowerCase() : reason);
