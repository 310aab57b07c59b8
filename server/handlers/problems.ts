import type { ServerResponse } from 'node:http';
import type { ORPCError } from '@orpc/client';
import { type RefusalCode, refusals } from '#api/errors.ts';
import { PROBLEM_JSON } from '../kit/http/dress.ts';

/** An error as it travels: RFC 9457, with the name of the refusal and what it tells beside the standard fields. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  instance?: string;
  request_id?: string;
} & Record<string, unknown>;

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export const problemType = (code: RefusalCode) => `/docs/api#${code.toLowerCase().replaceAll('_', '-')}`;

export function problem(code: RefusalCode, data?: unknown, request_id?: string): Problem {
  const { status, message } = refusals[code];
  const more = isRecord(data) ? data : {};
  const detail = typeof more['why'] === 'string' ? more['why'] : message;
  const whose = request_id === undefined ? {} : { instance: `urn:uuid:${request_id}`, request_id };
  return { ...more, type: problemType(code), title: message, status, code, detail, ...whose };
}

/** How long somebody is to wait before they ask again, where a refusal says so. */
export const retryAfterOf = (data: unknown): number | null =>
  isRecord(data) && typeof data['retry_after_s'] === 'number' ? data['retry_after_s'] : null;

/** The guard turns everything into a refusal of ours; what it never saw is a body that could not be read. */
export function problemOfError(error: ORPCError<string, unknown>): Problem {
  if (isRefusal(error.code)) return problem(error.code, error.data);
  return problem(error.code === 'BAD_REQUEST' ? 'MALFORMED_JSON' : 'INTERNAL');
}

export function sendProblem(res: ServerResponse, sent: Problem): void {
  res.writeHead(sent.status, { 'content-type': PROBLEM_JSON, 'cache-control': 'no-store' });
  res.end(JSON.stringify(sent));
}
