import { pieceChoices } from '../../views/showcases.ts';
import { member, os } from '../base.ts';

export const listPieces = os.showcase.listPieces.handler(({ input, context: { context, caller } }) =>
  pieceChoices(context, member(caller), input),
);
