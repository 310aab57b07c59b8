import { asId, type AssetId } from '../../ids.ts';
import { statementFor } from '../../views/provenance.ts';
import { member, os } from '../base.ts';

export const getAssetStatement = os.provenance.getAssetStatement.handler(
  ({ input, context: { context, caller } }) =>
    statementFor(context, member(caller), asId<AssetId>(input.id), {
      with_input: input.with_input === 'true',
    }),
);
