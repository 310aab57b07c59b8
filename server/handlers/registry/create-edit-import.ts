import { editModels } from '../../flows/edit-models.ts';
import { changesIn } from '../../modules/registry/index.ts';
import { refuse } from '../../refuse.ts';
import { member, os } from '../base.ts';

export const createEditImport = os.registry.createEditImport.handler(
  async ({ input: { query, body }, context: { context, caller } }) => {
    const read = changesIn(await body.bytes());
    if ('issues' in read) refuse('CSV_REFUSED', { issues: read.issues });
    return editModels(context, member(caller), { changes: read.changes, dry_run: query.dry_run });
  },
);
