import { endpoints } from '../../views/endpoints.ts';
import { os } from '../base.ts';

export const listEndpoints = os.runners.listEndpoints.handler(async ({ context: { context } }) => ({
  items: await endpoints(context),
}));
