import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ORPCError } from '@orpc/client';
import { buy, releaseOf, SMALL, start } from '../acts.ts';
import { openClient, type Visitor } from '../client.ts';

export type Person = Visitor & {
  email: string;
  /** What the product has said yes to: its own word for it, by the key under which it was asked. */
  generations: Map<string, string>;
  purchases: Map<string, string>;
  /** When it said so, by its own word. */
  acknowledged_at: Map<string, number>;
};

export type Crowd = {
  people: Person[];
  /** Requests that were sent and not answered yet. */
  readonly in_flight: number;
  acknowledged(): number;
  /** Answers other than yes, by name: what people saw of the faults. */
  troubles: Map<string, number>;
  /** Lets everybody finish what they are asking for; whoever has no answer goes on asking. */
  stop(): Promise<void>;
};

const PACK_EVERY = 8;
export const PASSWORD = 'correct horse battery';

/** People who generate as fast as they are served, and ask again under the same key until they are told. */
export async function gather(
  url: string,
  size: number,
  options: {
    onAcknowledged?: (person: Person, key: string, id: string) => void;
    /** Tells one crowd from another of the same product. */
    name?: string;
  } = {},
): Promise<Crowd> {
  let in_flight = 0;
  let stopped = false;
  const troubles = new Map<string, number>();
  const people = await Promise.all(
    Array.from({ length: size }, (_, index) => join(url, `${options.name ?? ''}${index}`)),
  );
  const [first] = people;
  if (!first) throw new Error('a crowd has people');
  const release_id = await releaseOf(first);

  /** Asks until there is an answer: what is lost on the way is asked for again under the same key. */
  async function insist<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      in_flight += 1;
      try {
        return await ask();
      } catch (error) {
        const name = error instanceof ORPCError ? String(error.code) : 'UNREACHABLE';
        if (!(error instanceof ORPCError) && !(error instanceof TypeError)) throw error;
        troubles.set(name, (troubles.get(name) ?? 0) + 1);
      } finally {
        in_flight -= 1;
      }
      await sleep(50 + Math.random() * 150);
    }
  }

  async function live(person: Person): Promise<void> {
    for (let turn = 1; !stopped; turn += 1) {
      const key = randomUUID();
      if (turn % PACK_EVERY === 0) {
        const { purchase_id } = await insist(() => buy(person, 'pack-1000', key));
        acknowledge(person, person.purchases, key, purchase_id);
        continue;
      }
      const { id } = await insist(() =>
        start(person, { release_id, key, input: { ...SMALL, prompt: `silk ${key}` } }),
      );
      acknowledge(person, person.generations, key, id);
      await patiently(person, id, () => stopped);
    }
  }

  function acknowledge(person: Person, told: Map<string, string>, key: string, id: string): void {
    told.set(key, id);
    person.acknowledged_at.set(id, Date.now());
    options.onAcknowledged?.(person, key, id);
  }

  const lives = people.map(live);
  return {
    people,
    get in_flight() {
      return in_flight;
    },
    acknowledged: () =>
      people.reduce((sum, { generations, purchases }) => sum + generations.size + purchases.size, 0),
    troubles,
    async stop() {
      stopped = true;
      await Promise.all(lives);
    },
  };
}

async function join(url: string, name: string): Promise<Person> {
  const visitor = openClient(url);
  const email = `crowd-${name}@example.org`;
  await visitor.api.identity.createSignUp({
    email,
    password: PASSWORD,
    display_name: `Crowd ${name}`,
  });
  return {
    ...visitor,
    email,
    generations: new Map(),
    purchases: new Map(),
    acknowledged_at: new Map(),
  };
}

/** Waits a while for the result before the next wish, so that the queue does not grow without end. */
async function patiently(person: Person, id: string, stopped: () => boolean): Promise<void> {
  for (const until = Date.now() + 1_500; Date.now() < until && !stopped(); await sleep(100)) {
    const seen = await person.api.generation.getGeneration({ id }).catch(() => null);
    if (seen?.ended_at) return;
  }
}
