import { ORPCError } from '@orpc/client';
import { expect } from 'vitest';
import { type RefusalCode, refusals } from '#api/errors.ts';

/** The call must be refused with this name and the status that the contract gives it; answers what the problem says. */
export async function expectRefusal(
  call: Promise<unknown>,
  code: RefusalCode,
): Promise<Record<string, unknown>> {
  const refused = await refusalOf(call);
  expect(refused).toMatchObject({ code, status: refusals[code].status });
  return refused;
}

/** The problem that a call was refused with. A call that went well, or broke otherwise, fails the test. */
export async function refusalOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const outcome = await call.then(
    () => 'it was not refused',
    (error: unknown) => error,
  );
  if (!(outcome instanceof ORPCError) || typeof outcome.data !== 'object') throw outcome;
  return { ...outcome.data, code: outcome.code, status: outcome.status };
}

/** The same for an answer that was asked for by hand: named, with the right status, as problem+json. */
export async function expectProblem(
  answer: Promise<Response>,
  code: RefusalCode,
): Promise<Record<string, unknown>> {
  const response = await answer;
  const problem: Record<string, unknown> = JSON.parse(await response.text());
  expect({ status: response.status, type: response.headers.get('content-type'), code: problem.code }).toEqual(
    {
      status: refusals[code].status,
      type: 'application/problem+json',
      code,
    },
  );
  expect(problem).toMatchObject({ status: refusals[code].status, title: refusals[code].message });
  return problem;
}

/** What is left of a problem without what differs from request to request: two strangers' answers must be equal in it. */
export function faceless({ instance: _instance, request_id: _request, ...said }: Record<string, unknown>) {
  return said;
}
