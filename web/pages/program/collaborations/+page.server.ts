import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  return {
    list: await orRefuse(locals.api.collaborations.listCollaborations({}), url),
    with: url.searchParams.get('with') ?? '',
  };
}
