import about from '../../../package.json' with { type: 'json' };
import { chainHealth, databaseAnswers } from '../../views/health.ts';
import { os } from '../base.ts';

export const getHealth = os.system.getHealth.handler(async ({ context: { context } }) => {
  const database = await databaseAnswers(context.db);
  const chain = await chainHealth(context, { database });
  return { ok: database, database, chain, version: about.version };
});
