import { expect } from 'vitest';
import { creditsOf, releaseOf, SMALL, start } from '../acts.ts';
import type { Crowd, Person } from './crowd.ts';
import type { Query } from './product.ts';

const PACK = 1_000;
const WELCOME = 100;
/** What people may be told while something is broken: that it did not work just now, or that nobody knows. */
const HONEST = new Set(['UNREACHABLE', 'UNAVAILABLE', 'OUTCOME_UNKNOWN', 'RATE_LIMITED']);

/**
 * After the faults: nothing that was acknowledged is missing, nothing else is there, and each was charged once or not
 * at all.
 */
export async function expectExactlyOnce(
  crowd: Crowd,
  query: Query,
  options: { ends?: string[]; honest?: string[] } = {},
): Promise<void> {
  const { ends = ['succeeded', 'failed'], honest = [] } = options;
  let succeeded = 0;
  for (const person of crowd.people) succeeded += await expectOfPerson(person, query, ends);
  expect(succeeded, 'generations that succeeded: without any, nothing was charged').toBeGreaterThan(0);
  const told = [...crowd.troubles.keys()];
  expect(told.filter((name) => !HONEST.has(name) && !honest.includes(name))).toEqual([]);
}

async function expectOfPerson(person: Person, query: Query, ends: string[]): Promise<number> {
  const rows = await query<{ id: string; state: string; charges: string; holds: string; open: string }>(`
    select g.id, g.state,
      (select count(distinct j.id) from ledger.rows j where j.id = g.id and j.kind = 'charge')::text as charges,
      case g.state when 'succeeded' then (select count(*) from ledger.rows j where j.id = g.id and j.held0 is not null)
           else (select count(*) from ledger.voids v where v.id = g.id) end::text as holds,
      (select count(*) from ledger.open_holds h where h.id = g.id)::text as open
    from generation.generation g join identity.account a on a.id = g.payer_id where a.email = '${person.email}'`);
  expect(rows.map(({ id }) => id).sort()).toEqual([...person.generations.values()].sort());
  for (const { id, state, charges, holds, open } of rows) {
    expect(ends).toContain(state);
    expect({ id, charges }).toEqual({ id, charges: state === 'succeeded' ? '1' : '0' });
    expect(Number(holds)).toBeGreaterThan(0);
    expect({ id, open }).toEqual({ id, open: '0' });
  }
  const succeeded = rows.filter(({ state }) => state === 'succeeded').length;
  const bought = PACK * person.purchases.size;
  expect(await creditsOf(person)).toEqual({ available: WELCOME + bought - succeeded, held: 0 });

  // asking once more under an old key is told the old answer
  const [[key = '', id] = []] = person.generations;
  if (!id) return succeeded;
  const input = { ...SMALL, prompt: `silk ${key}` };
  expect((await start(person, { release_id: await releaseOf(person), key, input })).id).toBe(id);
  return succeeded;
}
