import type { Db } from '../kit/database.ts';
import type { Account } from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';

/** Creators have a page, and so does everybody who shows something. */
export const hasPage = async (db: Db, { id, roles }: Account): Promise<boolean> =>
  roles.includes('creator') || (await marketplace.countShown(db, id)) > 0;
