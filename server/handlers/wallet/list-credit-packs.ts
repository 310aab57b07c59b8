import { allPacks } from '../../views/packs.ts';
import { os } from '../base.ts';

export const listCreditPacks = os.wallet.listCreditPacks.handler(() => ({ items: allPacks() }));
