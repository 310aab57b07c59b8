import { invalidate } from '$app/navigation';
import { toast } from '#ui/toasts.svelte.ts';
import { refusalOf } from '#web/refusal.ts';

/** Whoever asked to leave stays. */
export async function stay() {
  try {
    // Fetched when it is needed: this may stand in the frame of every page.
    const { api } = await import('#web/api-client.ts');
    await api.identity.deleteLeaving({});
    await Promise.all([invalidate('app:me'), invalidate('app:leaving')]);
    toast('You stay. Nothing was deleted.');
  } catch (error) {
    toast(refusalOf(error).message, { tone: 'problem' });
  }
}
