import { asId } from '../../ids.ts';
import { exportFile } from '../../views/export-file.ts';
import { member, os } from '../base.ts';

export const downloadExport = os.analytics.downloadExport.handler(
  ({ input: { params, headers }, context: { context, caller } }) =>
    exportFile(context, member(caller), asId(params.id), headers),
);
