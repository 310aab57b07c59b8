export { createDesk, type Desk } from './desk.ts';
export type { CardOrder } from './child/card.ts';
