import { makeRendition } from '../../flows/make-rendition.ts';
import { asId, type AssetId } from '../../ids.ts';
import { renditionFor } from '../../views/renditions.ts';
import { member, os } from '../base.ts';

export const createRendition = os.generation.createRendition.handler(
  async ({ input: { id, format, side_max }, context: { context, caller } }) => {
    const me = member(caller);
    const asset_id = asId<AssetId>(id);
    await makeRendition(context, me, { asset_id, format, side_max });
    return renditionFor(context, me, { asset_id, format, side_max });
  },
);
