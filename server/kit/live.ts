import { EventEmitter } from 'node:events';
import type { Db } from './database.ts';
import type { Log } from './log.ts';
import { startLoop } from './loop.ts';
import { newsAfter, newsEnd, newsIsHeldBack, type News } from './outbox.ts';
import type { Wake } from './wake.ts';

/**
 * What is happening now, for whoever watches in this process: every process reads the outbox for itself
 * from the moment it started, so watchers see the same news wherever they are connected.
 * Signals are the passing kind (progress, previews): they are told once and kept nowhere.
 */
export type Live = {
  onNews(topic: string, hear: (news: News) => void): () => void;
  signal(channel: string, event: unknown): void;
  onSignal(channel: string, hear: (event: unknown) => void): () => void;
  close(): Promise<void>;
};

const POLL_MS = 500;
const BATCH = 500;
/** After a look at the news the next gather this long: nobody sees the difference, and each look is a query. */
const GATHER_MS = 2;
const HELD_BACK_MS = 5;

export async function openLive(db: Db, wake: Wake, log: Log): Promise<Live> {
  const news = new EventEmitter().setMaxListeners(0);
  const signals = new EventEmitter().setMaxListeners(0);
  let cursor = await newsEnd(db);
  const loop = startLoop({
    name: 'live',
    poll_ms: POLL_MS,
    gather_ms: GATHER_MS,
    log,
    wake: (heard) => wake.on('news', heard),
    async step() {
      const items = await newsAfter(db, cursor, BATCH);
      for (const item of items) {
        cursor = item;
        news.emit(item.topic, item);
      }
      if (items.length > 0 || !(await newsIsHeldBack(db, cursor))) return items.length;
      // told, but an older transaction is still open: nobody will wake us when it ends
      await new Promise((rest) => setTimeout(rest, HELD_BACK_MS));
      return 1;
    },
  });
  return {
    onNews(topic, hear) {
      news.on(topic, hear);
      return () => void news.off(topic, hear);
    },
    signal: (channel, event) => void signals.emit(channel, event),
    onSignal(channel, hear) {
      signals.on(channel, hear);
      return () => void signals.off(channel, hear);
    },
    close: () => loop.stop(),
  };
}
