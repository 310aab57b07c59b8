import { expect, test } from 'vitest';
import { addressed } from './addressed.ts';
import type { Live } from './live.ts';
import type { News } from './outbox.ts';

test('news is read once for all, and heard by those whom it is about', () => {
  const listeners = new Set<(news: News) => void>();
  const live: Live = {
    onNews(_topic, hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    signal: () => {},
    onSignal: () => () => {},
    close: async () => {},
  };
  const tell = (payload: Record<string, unknown>) => {
    for (const hear of listeners) hear({ id: 1n, xid: '1', topic: 'told', payload, at: new Date(0) });
  };
  let read = 0;
  const on = addressed({
    told({ to, what }) {
      read += 1;
      return Array.isArray(to) ? { to: to.map(String), heard: String(what) } : null;
    },
  });
  const heard: string[] = [];
  const stops = ['ann', 'ann', 'ben'].map((name, place) =>
    on(live, name, (what) => heard.push(`${place} ${what}`)),
  );

  tell({ to: ['ann', 'cid', 'ann'], what: 'one' });
  tell({ to: ['ben'], what: 'two' });
  tell({ what: 'nobody' });
  expect(heard).toEqual(['0 one', '1 one', '2 two']);
  expect(read).toBe(3);

  stops[0]?.();
  stops[0]?.();
  tell({ to: ['ann'], what: 'three' });
  expect(heard.at(-1)).toBe('1 three');
  for (const stop of stops) stop();
  expect(listeners.size).toBe(0);
});
