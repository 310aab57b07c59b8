import { uploadsFor } from '../../views/uploads.ts';
import { member, os } from '../base.ts';

export const listUploads = os.generation.listUploads.handler(async ({ context: { context, caller } }) => ({
  items: await uploadsFor(context, member(caller)),
}));
