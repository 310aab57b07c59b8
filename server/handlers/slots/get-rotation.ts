import { rotationOf } from '../../views/rotation.ts';
import { os } from '../base.ts';

export const getRotation = os.slots.getRotation.handler(({ input, context: { context } }) =>
  rotationOf(context, input),
);
