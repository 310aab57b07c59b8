import { onePer } from './batcher.ts';
import type { Live } from './live.ts';
import type { News } from './outbox.ts';

type Hear<Heard> = (heard: Heard) => void;
/** Whom a piece of news is about, and what is to be said of it; null: nobody here. */
export type Address<Heard> = (payload: News['payload']) => { to: readonly string[]; heard: Heard } | null;
export type Addressed<Heard> = (live: Live, name: string, hear: Hear<Heard>) => () => void;

/**
 * News for those whom it is about. Each piece is read once in a process, however many listen: with a listener for each
 * of them a thousand would read every piece a thousand times, to find that it is about somebody else.
 */
export function addressed<Heard>(topics: Readonly<Record<string, Address<Heard>>>): Addressed<Heard> {
  const listening = onePer((live: Live) => {
    const hearers = new Map<string, Set<Hear<Heard>>>();
    let unhear: (() => void)[] = [];

    function pass(address: Address<Heard>, { payload }: News): void {
      const found = address(payload);
      if (!found) return;
      for (const name of new Set(found.to)) for (const hear of hearers.get(name) ?? []) hear(found.heard);
    }
    return {
      add(name: string, hear: Hear<Heard>): void {
        if (hearers.size === 0)
          unhear = Object.entries(topics).map(([topic, address]) =>
            live.onNews(topic, (news) => pass(address, news)),
          );
        hearers.set(name, (hearers.get(name) ?? new Set()).add(hear));
      },
      remove(name: string, hear: Hear<Heard>): void {
        const of_name = hearers.get(name);
        if (!of_name?.delete(hear) || of_name.size > 0) return;
        hearers.delete(name);
        if (hearers.size > 0) return;
        for (const stop of unhear) stop();
        unhear = [];
      },
    };
  });
  return (live, name, hear) => {
    listening(live).add(name, hear);
    return () => listening(live).remove(name, hear);
  };
}
