import { refusalOf } from '#web/refusal.ts';
import { orNowhere, orRefuse } from '#web/load.ts';

/** Collaborators share without models of their own. */
function ofNobody(thrown: unknown) {
  if (refusalOf(thrown).code === 'NOT_ALLOWED') return { items: [] };
  throw thrown;
}

export async function load({ locals, params: { slug }, url }) {
  const { program } = locals.api;
  const split = await orNowhere(program.getSplit({ slug }), url);
  const [ownership, { items }] = await Promise.all([
    orRefuse(program.getOwnership({ slug }), url),
    orRefuse(program.listAgreements({}).catch(ofNobody), url),
  ]);
  return { slug, split, ownership, agreement: items.find((one) => one.slug === slug) ?? null };
}
