import { goto, invalidateAll } from '$app/navigation';
import { api } from '#web/api-client.ts';
import { refusalOf } from '#web/refusal.ts';
import { toast } from '#ui/toasts.svelte.ts';

/** Says that a set of edits was applied, with the way back. */
export function offerUndo(edit_set_id: string, message: string): void {
  toast(message, { action: { label: 'Undo', act: () => void undo(edit_set_id) } });
}

async function undo(id: string): Promise<void> {
  try {
    await api.registry.createUndo({ id });
    toast('It is as it was before.');
    await invalidateAll();
  } catch (error) {
    // the page of the set says which field is in the way
    toast(refusalOf(error).message, {
      tone: 'problem',
      action: { label: 'Look', act: () => void goto(`/program/edits/${id}`) },
    });
  }
}
