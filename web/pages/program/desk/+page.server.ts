import { modalities } from '#ui/words.ts';
import { applicationStates } from '#ui/program/states.ts';
import type { ApplicationState } from '#web/api-types.ts';
import { oneOf, orRefuse } from '#web/load.ts';

const states = Object.keys(applicationStates) as ApplicationState[];

export async function load({ locals, url, depends }) {
  depends('app:desk');
  const filter = {
    state: oneOf(states, url.searchParams.get('state')),
    modality: oneOf(modalities, url.searchParams.get('modality')),
    overdue: url.searchParams.get('overdue') === '1' ? ('true' as const) : ('false' as const),
  };
  return { filter, queue: await orRefuse(locals.api.program.listDesk({ ...filter, limit: 50 }), url) };
}
