import about from '../../../package.json' with { type: 'json' };
import { databaseAnswers } from '../../views/health.ts';
import { os } from '../base.ts';

export const getHealth = os.system.getHealth.handler(async ({ context: { context } }) => {
  const database = await databaseAnswers(context.db);
  return { ok: database, database, version: about.version };
});
