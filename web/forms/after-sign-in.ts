import { goto } from '$app/navigation';
import { nextPath } from './next-path.ts';

/** Back to where one came from; only a path of this site counts. */
export function afterSignIn(next: string | null): Promise<void> {
  return goto(nextPath(next), { refreshAll: true });
}
