import type { Subscriber } from '../kit/outbox.ts';
import { settledToModelUse } from './settled-to-model-use.ts';

export const subscribers: readonly Subscriber[] = [settledToModelUse];
