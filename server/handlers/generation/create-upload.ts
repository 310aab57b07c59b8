import { takeUpload } from '../../flows/take-upload.ts';
import { uploadFor } from '../../views/uploads.ts';
import { member, os } from '../base.ts';

export const createUpload = os.generation.createUpload.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    return uploadFor(context, me, await takeUpload(context, me, input.body));
  },
);
