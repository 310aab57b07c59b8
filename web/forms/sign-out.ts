import { goto, invalidateAll } from '$app/navigation';
import { refusalOf } from '#web/refusal.ts';
import { toast } from '#ui/toasts.svelte.ts';

export async function signOut() {
  try {
    // Fetched when it is needed: this stands in the frame of every page.
    const { api } = await import('#web/api-client.ts');
    await api.identity.deleteSession({ id: 'current' });
    await goto('/');
    await invalidateAll();
  } catch (error) {
    toast(refusalOf(error).message, { tone: 'problem' });
  }
}
