import { ownData } from '../../views/own-data.ts';
import { member, os } from '../base.ts';

export const downloadMyData = os.identity.downloadMyData.handler(async ({ context: { context, caller } }) => {
  const { name, body } = await ownData(context, member(caller));
  const headers = {
    'content-type': 'application/json' as const,
    'content-disposition': `attachment; filename="${name}"`,
  };
  return { headers, body };
});
