import { openDatabase } from '../../server/kit/database.ts';
import { deliver, register } from '../../server/kit/outbox.ts';
import { foldFacts } from '../../server/modules/analytics/index.ts';
import { newsToFacts } from '../../server/subscribers/news-to-facts.ts';

/** Counts as the relay and the worker do, in small batches without a rest, and says so: somebody kills it any moment. */
const BATCH = 20;
const FOLD_EVERY = 3;

const [url = ''] = process.argv.slice(2);
const database = openDatabase(url, { connections_max: 2 });
const counter = { ...newsToFacts, batch_max: BATCH };
await register(database, counter);
for (let batches = 1; ; batches += 1) {
  if ((await deliver(database, counter)) > 0) process.stdout.write('.');
  if (batches % FOLD_EVERY === 0) await foldFacts(database, new Date());
}
