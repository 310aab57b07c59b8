import { endpointPool } from '#api/registry/binding.ts';
import type { Endpoint } from '#api/runners/list-endpoints.ts';
import type { Context } from '../context.ts';
import * as generation from '../modules/generation/index.ts';

/** The engines outside, with what waits for each, and how each says it is. */
export async function endpoints(context: Context): Promise<Endpoint[]> {
  const { outside, db, clock } = context;
  const standings = await generation.poolStandings(db, clock.now());
  return Promise.all(
    outside.endpoints.map(async ({ name, kind, url, token, slots }) => {
      const standing = standings.find(({ pool }) => pool === endpointPool(name));
      return {
        ...{ name, kind, origin: new URL(url).origin, has_token: token !== null, slots },
        waiting: standing?.waiting ?? 0,
        running: standing?.in_hand ?? 0,
        health: await outside.health(name),
      };
    }),
  );
}
