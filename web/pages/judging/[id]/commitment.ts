import { notesText } from '../../../../api/competitions/notes-text.ts';
import type { Panel } from '#web/api-types.ts';

type Ranking = {
  judge: string;
  order: string[];
  notes: NonNullable<Panel['ranking']>['notes'];
  salt: string;
};

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const newSalt = () => hex(crypto.getRandomValues(new Uint8Array(32)));

/** The digest that binds the order and every word beside it. */
export async function commitmentOf({ judge, order, notes, salt }: Ranking): Promise<string> {
  const { panelCommitment } = await import('@stellary/judging');
  const said = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(notesText(notes, salt)));
  return panelCommitment({ judge, ranking: order, salt: hex(new Uint8Array(said)) });
}

/** Where a judge who reveals by hand keeps the salt meanwhile. */
export const keptSalt = {
  get(id: string): string | null {
    try {
      return localStorage.getItem(`ranking-salt:${id}`);
    } catch {
      return null;
    }
  },
  put(id: string, salt: string) {
    try {
      localStorage.setItem(`ranking-salt:${id}`, salt);
    } catch {
      throw new Error('This browser keeps nothing. Let the server reveal your ranking instead.');
    }
  },
};
