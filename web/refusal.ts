import { inWords } from './issue-words.ts';
import { sentences } from './texts/refusals.ts';

/**
 * A named refusal, as the contract has it, read from whatever was thrown:
 * an error of the in-process client, of the HTTP client, or no error of ours at all.
 */
export type Issue = { path: string; message: string };
export type Refusal = {
  code: string;
  message: string;
  status: number;
  data: Record<string, unknown>;
  issues: Issue[];
  request_id: string | null;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOr = (value: unknown, otherwise: string) =>
  typeof value === 'string' && value !== '' ? value : otherwise;

const isIssue = (value: unknown): value is Issue =>
  isRecord(value) && typeof value['path'] === 'string' && typeof value['message'] === 'string';

export function refusalOf(thrown: unknown): Refusal {
  if (!isRecord(thrown) || typeof thrown['code'] !== 'string' || typeof thrown['status'] !== 'number') {
    return offline(thrown);
  }
  const data = isRecord(thrown['data']) ? thrown['data'] : {};
  const issues = Array.isArray(data['issues'])
    ? data['issues'].filter(isIssue).map(({ path, message }) => ({ path, message: inWords(message) }))
    : [];
  return {
    code: thrown['code'],
    status: thrown['status'],
    message: sentences[thrown['code']] ?? textOr(thrown['message'], 'The request was refused.'),
    data,
    issues,
    request_id: typeof data['request_id'] === 'string' ? data['request_id'] : null,
  };
}

function offline(thrown: unknown): Refusal {
  const message =
    thrown instanceof TypeError
      ? 'The server could not be reached. Check the connection and try again.'
      : 'Something broke on our side.';
  const code = thrown instanceof TypeError ? 'UNREACHABLE' : 'INTERNAL';
  return { code, message, status: code === 'INTERNAL' ? 500 : 0, data: {}, issues: [], request_id: null };
}
