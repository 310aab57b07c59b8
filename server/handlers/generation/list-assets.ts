import * as generation from '../../modules/generation/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { asId, type ModelId } from '../../ids.ts';
import { presentAssets } from '../../views/generations.ts';
import { pageOf, placeOf } from '../../views/paging.ts';
import { member, os } from '../base.ts';

export const listAssets = os.generation.listAssets.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const { model: slug, modality, search, deleted, order, limit, cursor } = input;
    const model = slug === undefined ? undefined : await registry.modelBySlug(context.db, slug);
    if (slug !== undefined && !model) return { items: [], next_cursor: null };
    const releases = model && (await registry.releasesOfModel(context.db, asId<ModelId>(model.id)));
    const owner = `assets ${me}`;
    const after = placeOf(context, owner, cursor)?.[0] ?? null;
    const filter = {
      modality,
      search,
      deleted,
      order,
      after,
      limit: limit + 1,
      release_ids: releases?.map(({ id }) => id),
    };
    const rows = await generation.assetsOfOwner(context.db, me, filter);
    const { shown, next_cursor } = pageOf(context, owner, rows, limit, ({ id }) => [id]);
    return { items: await presentAssets(context, shown), next_cursor };
  },
);
