export { askOutside, type OutsideModerator } from './outside.ts';
export { judgePrompt, type Policy, type Reason, REASONS, type Rule, type Verdict } from './policy.ts';
export { promptsOf } from './prompts.ts';
export { HOUSE_POLICY } from './rules.ts';
export { lengthOf } from './spelling.ts';
export { insertRefusal, lockRefusals, refusalsSince } from './store.ts';
export { personal } from './personal.ts';
export * from './reports.ts';
