import * as identity from '../../modules/identity/index.ts';
import { modelList } from '../../views/models.ts';
import { pageOf, placeOf } from '../../views/paging.ts';
import { os } from '../base.ts';

export const listModels = os.registry.listModels.handler(async ({ input, context: { context, caller } }) => {
  const { modality, creator, search, order, limit, cursor } = input;
  const by = creator === undefined ? undefined : await identity.accountByHandle(context.db, creator);
  if (creator !== undefined && !by) return { items: [], next_cursor: null };
  const filter = { modality, search, creator_id: by?.id };
  const models = await modelList(context, filter, order, caller.account?.id ?? null);
  const after = Number(placeOf(context, 'models', cursor)?.[0] ?? 0);
  const { shown, next_cursor } = pageOf(context, 'models', models.slice(after), limit, () => [
    String(after + limit),
  ]);
  return { items: shown, next_cursor };
});
