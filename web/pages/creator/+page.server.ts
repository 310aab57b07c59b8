import { orRefuse } from '#web/load.ts';
import { refusalOf } from '#web/refusal.ts';

/** Who has no model yet is told how one gets here; everybody else sees how theirs do. */
export async function load({ locals, url }) {
  const zone = url.searchParams.get('zone')?.slice(0, 64) || undefined;
  const asked = locals.api.analytics.getCreatorHome({ zone }).catch((thrown: unknown) => {
    if (refusalOf(thrown).code === 'NOT_ALLOWED') return null;
    throw thrown;
  });
  return { home: await orRefuse(asked, url) };
}
