/** What the server-side loads of the pages share. */
import { error, redirect } from '@sveltejs/kit';
import { refusalOf } from './refusal.ts';

const path = (url: URL) => url.pathname + url.search;

/** Waits for a call of the contract; a refusal becomes the page's error, or leads to the sign-in page and back. */
export async function orRefuse<Answer>(call: Promise<Answer>, url: URL): Promise<Answer> {
  try {
    return await call;
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal.code === 'NOT_SIGNED_IN') redirect(303, `/sign-in?next=${encodeURIComponent(path(url))}`);
    if (refusal.code === 'INTERNAL') throw thrown;
    const why = refusal.data['why'];
    error(refusal.status || 503, {
      message: typeof why === 'string' ? why : refusal.message,
      code: refusal.code,
    });
  }
}

/** The same for what the address itself names: a name that nothing can have leads nowhere. */
export const orNowhere = <Answer>(call: Promise<Answer>, url: URL): Promise<Answer> =>
  orRefuse(
    call.catch((thrown: unknown) => {
      if (refusalOf(thrown).code !== 'INVALID_INPUT') throw thrown;
      return error(404, {
        message: 'The address leads nowhere, or what stood here is gone.',
        code: 'NOT_FOUND',
      });
    }),
    url,
  );

/** The same, but of a time that has not come there is simply nothing yet. */
export const unlessToCome = <Answer>(call: Promise<Answer>): Promise<Answer | null> =>
  call.catch((thrown: unknown) => {
    if (refusalOf(thrown).code === 'NOT_YET') return null;
    throw thrown;
  });

/** One of the values that a parameter of the address may have; anything else counts as left out. */
export function oneOf<const Value extends string>(
  values: readonly Value[],
  text: string | null,
): Value | undefined {
  return values.find((value) => value === text);
}
