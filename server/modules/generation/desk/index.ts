export { createDesk, type Desk } from './desk.ts';
export type { Work, Works } from './works.ts';
