import path from 'node:path';
import { readConfig } from './config.ts';
import { findEmbeddedPostgres } from './kit/embedded-postgres.ts';
import { AUDITOR_ROLE, urlOfRole } from './privileges.ts';

/** `npm run auditor`: the address at which an auditor reads the books, with any SQL client. */
const config = readConfig();
const owner_url = config.database_url ?? findEmbeddedPostgres(path.join(config.data_dir, 'postgres'));
if (owner_url) {
  process.stdout.write(`${urlOfRole(owner_url, AUDITOR_ROLE)}\n`);
} else {
  process.stderr.write('the product does not run: start it, and the books can be read\n');
  process.exitCode = 1;
}
