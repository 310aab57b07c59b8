import { drawCard } from '../../flows/draw-card.ts';
import { networkOf } from '../../kit/networks.ts';
import { Refusal } from '../../refuse.ts';
import { cardPlan } from '../../views/cards.ts';
import { showcaseArchive } from '../../views/showcase-archive.ts';
import { os } from '../base.ts';

export const getArchive = os.showcase.getArchive.handler(
  async ({ input: { slug }, context: { context, caller, request } }) => {
    const { name, body } = await showcaseArchive(context, slug, {
      who: caller.account?.id ?? networkOf(request.ip),
      // the archive is as good without it
      card: async () =>
        drawCard(context, await cardPlan(context, 'showcases', slug), 1200).catch((trouble: unknown) => {
          if (trouble instanceof Refusal) return null;
          throw trouble;
        }),
    });
    const headers = {
      'content-type': 'application/zip' as const,
      'content-disposition': `attachment; filename="${name}"`,
    };
    return { headers, body };
  },
);
