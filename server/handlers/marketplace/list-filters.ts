import { filters } from '../../views/explore.ts';
import { os } from '../base.ts';

export const listFilters = os.marketplace.listFilters.handler(({ context: { context } }) => filters(context));
