import type { Account as Shown } from '#api/identity/shapes.ts';
import type { Account } from '../modules/identity/index.ts';

/** An account as its owner and the admins see it. */
export const shownAccount = ({ created_at, ...account }: Account): Shown => ({
  ...account,
  created_at: created_at.toISOString(),
});
