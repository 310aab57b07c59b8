import { orNowhere } from '#web/load.ts';
import { createHref } from '#ui/generator/create-href.ts';

/** As referral links are written. */
const CODE = /^[a-z2-9]{10}$/;

/** Opens the generator; with the code of a referral link by way of that, so that the visit counts for it. */
export async function load({ locals, params: { slug }, url }) {
  const embed = await orNowhere(locals.api.showcase.getEmbed({ of: 'models', name: slug }), url);
  const code = url.searchParams.get('ref') ?? '';
  return { embed, open: CODE.test(code) ? `/r/${code}` : createHref(slug) };
}
