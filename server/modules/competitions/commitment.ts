import type * as z from 'zod';
import { panelCommitment } from '@stellary/judging';
import { notesText } from '#api/competitions/notes-text.ts';
import type { SheetNotes } from '#api/competitions/results-shapes.ts';
import { sha256 } from '../../kit/files.ts';

type Sheet = {
  judge_id: string;
  entry_ids: readonly string[];
  notes: z.infer<typeof SheetNotes>;
  salt: string;
};

/** The salt of a commitment: it holds what was written beside the order, so that no word of it changes either. */
export const saltWithNotes = ({ notes, salt }: Pick<Sheet, 'notes' | 'salt'>): string =>
  sha256(Buffer.from(notesText(notes, salt)));

/** What a judge commits to. The judge's browser makes the same of the same. */
export const digestOfSheet = ({ judge_id, entry_ids, ...said }: Sheet): string =>
  panelCommitment({ judge: judge_id, ranking: [...entry_ids], salt: saltWithNotes(said) });
