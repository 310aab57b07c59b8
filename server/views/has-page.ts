import type { Db } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as generation from '../modules/generation/index.ts';
import type { Account } from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';

/** Creators have a page, and so does everybody who shows something, said something where all can read it, or won. */
export const hasPage = async (db: Db, { id, roles }: Account): Promise<boolean> =>
  roles.includes('creator') ||
  (await marketplace.isInPublic(db, id)) ||
  (await generation.shownBoardsPage(db, { owner_id: id, after: null, limit: 1 })).length > 0 ||
  (await competitions.placesOut(db, 'person', [id])).length > 0;
