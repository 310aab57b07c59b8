import { ORPCError } from '@orpc/client';
import { ValidationError } from '@orpc/contract';
import { type RefusalCode, refusals } from '#api/errors.ts';
import type { Context } from '../context.ts';
import { isConnectionTrouble, OutcomeUnknown } from '../kit/database.ts';
import { StorageFull } from '../kit/files.ts';
import { StepRefused } from '../kit/state-machine.ts';
import { Refusal } from '../refuse.ts';

type Where = {
  context: Context;
  request: { id: string };
  endpoint: string;
  route?: { inputStructure?: string | undefined };
};

/** Whatever was thrown, as an error of the contract. What the caller need not know goes to the log and nowhere else. */
export function asContractError(trouble: unknown, where: Where): ORPCError<RefusalCode, unknown> {
  if (trouble instanceof Refusal) return contractError(trouble.code, capped(trouble.data));
  if (trouble instanceof StepRefused) {
    const { code, ...data } = trouble.why;
    return contractError(code, code === 'NOT_FOUND' ? undefined : data);
  }
  if (
    trouble instanceof ORPCError &&
    trouble.cause instanceof ValidationError &&
    trouble.code === 'BAD_REQUEST'
  ) {
    return contractError('INVALID_INPUT', {
      issues: issuesOf(trouble.cause.issues, where.route?.inputStructure === 'detailed'),
    });
  }
  const { log } = where.context;
  const asked = { request_id: where.request.id };
  const note = { err: trouble, ...asked, endpoint: where.endpoint };
  if (trouble instanceof StorageFull) {
    log.error(note, 'no room to store');
    return contractError('STORAGE_FULL', asked);
  }
  if (trouble instanceof OutcomeUnknown) {
    log.error(note, 'the answer to a commit was lost');
    return contractError('OUTCOME_UNKNOWN', asked);
  }
  if (isConnectionTrouble(trouble)) {
    log.warn(note, 'the database cannot be reached');
    return contractError('UNAVAILABLE', asked);
  }
  log.error(note, 'a request broke');
  return contractError('INTERNAL', asked);
}

function contractError(code: RefusalCode, data?: unknown): ORPCError<RefusalCode, unknown> {
  const { status, message } = refusals[code];
  return new ORPCError(code, { status, message, data, defined: true });
}

const ISSUES_MAX = 20;
const capped = (data: unknown) =>
  typeof data === 'object' && data !== null && 'issues' in data && Array.isArray(data.issues)
    ? { ...data, issues: data.issues.slice(0, ISSUES_MAX) }
    : data;

/** An issue may name what was sent, and that may be long. */
const ISSUE_CHARS_MAX = 300;
const short = (text: string) => text.slice(0, ISSUE_CHARS_MAX).toWellFormed();

/** Where the input is made of parts (`body`, `headers`), callers know the field and not the part. */
function issuesOf(issues: ValidationError['issues'], hasParts: boolean): { path: string; message: string }[] {
  return issues.slice(0, ISSUES_MAX).map(({ path, message }) => {
    const steps = (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
    return { path: short((hasParts ? steps.slice(1) : steps).join('.')), message: short(message) };
  });
}
