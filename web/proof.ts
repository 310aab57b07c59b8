/** Proof bundles of receipts, as they come from the server. */
import { api } from './api-client.ts';
import { refusalOf } from './refusal.ts';

const TRIES = 8;

/** The text of a receipt's proof. A receipt that is seconds old has none yet: it is asked for again until it has. */
export async function fetchProof(generation_id: string): Promise<string> {
  for (let tried = 1; ; tried += 1) {
    try {
      return JSON.stringify(await api.earnings.getReceiptProof({ generation_id }));
    } catch (thrown) {
      const { code, data } = refusalOf(thrown);
      if (code !== 'RECEIPT_NOT_CLOSED_YET' || tried === TRIES) throw thrown;
      const wait_s = Number(data['retry_after_s']) || 1;
      await new Promise((rest) => setTimeout(rest, wait_s * 1000));
    }
  }
}

export const proofName = (generation_id: string) => `proof-${generation_id}.json`;
