import { error } from '@sveltejs/kit';
import { orRefuse } from '#web/load.ts';
import { refusalOf } from '#web/refusal.ts';
import { monthName } from '#ui/money/instant.ts';

export async function load({ locals, params, url }) {
  const { month } = params;
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    error(404, {
      message: 'A month is written as year and month, such as 2026-11.',
      code: 'NOT_FOUND',
    });
  const page = Number(url.searchParams.get('page') ?? 1);
  const asked = Number.isSafeInteger(page) && page > 0 ? page : 1;
  const call = locals.api.earnings.getStatement({ month, page: asked });
  return {
    statement: await orRefuse(
      call.catch((thrown: unknown) => inWords(thrown, month)),
      url,
    ),
  };
}

/** Why there is no statement of a month, in words about that month. */
function inWords(thrown: unknown, month: string): never {
  const { code, status, data } = refusalOf(thrown);
  const say = (message: string) => error(status, { message, code });
  const name = monthName(month);
  if (code === 'BEFORE_THE_BOOKS')
    return say(
      `Nothing was here yet in ${name}: the books begin in ${monthName(String(data['first_month']))}.`,
    );
  if (code === 'NOT_YET') return say(`${name} has not come yet.`);
  if (code === 'NOT_FOUND')
    return say(`Nothing of yours lay here or moved in ${name}, so there is no statement.`);
  throw thrown;
}
