import { drawCard } from '../../flows/draw-card.ts';
import { cardPlan } from '../../views/cards.ts';
import { os } from '../base.ts';

export const getCard = os.showcase.getCard.handler(
  async ({ input: { of, name, width }, context: { context } }) => {
    const bytes = await drawCard(context, await cardPlan(context, of, name), width === '600' ? 600 : 1200);
    return new File([new Uint8Array(bytes)], `${name}.jpg`, { type: 'image/jpeg' });
  },
);
