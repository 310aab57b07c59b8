export { createDesk, type Desk } from './desk.ts';
export type { CardOrder } from './child/card.ts';
export type { PaperBlock, PaperOrder } from './child/paper.ts';
