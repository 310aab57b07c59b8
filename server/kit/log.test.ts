import pg from 'pg';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function logged(error: unknown): string {
  let text = '';
  createLog('info', { write: (line) => void (text += line) }).error({ err: error }, 'a request broke');
  return text;
}

/** As the driver makes it: the fields of the server's answer on an error. */
const databaseError = (message: string, fields: object) =>
  Object.assign(new pg.DatabaseError(message, message.length, 'error'), fields);

test('what PostgreSQL quotes of a row or a parameter is not logged, and what it names is', () => {
  const taken = databaseError('duplicate key value violates unique constraint "account_email_key"', {
    code: '23505',
    constraint: 'account_email_key',
    table: 'account',
    detail: 'Key (email)=(ada@secret.example) already exists.',
    where: "unnamed portal parameter $1 = 'a secret prompt'",
    parameters: ['a secret prompt'],
  });
  const line = logged(taken);
  expect(line).not.toContain('secret');
  expect(JSON.parse(line)).toMatchObject({
    msg: 'a request broke',
    err: {
      type: 'DatabaseError',
      message: taken.message,
      code: '23505',
      constraint: 'account_email_key',
      table: 'account',
      stack: expect.stringContaining('log.test.ts'),
    },
  });
});

test('a message that quotes what was given is left out, also as the cause of another error', () => {
  const odd = databaseError('invalid input syntax for type uuid: "a secret\n    prompt"', { code: '22P02' });
  const line = logged(new Error('a job broke', { cause: odd }));
  expect(line).not.toMatch(/secret|prompt/);
  expect(line).toContain('22P02');
  const unread = (() => {
    try {
      return JSON.parse('a secret prompt') as unknown;
    } catch (error) {
      return error;
    }
  })();
  expect(logged(unread)).not.toContain('secret');
  expect(logged('a secret prompt')).not.toContain('secret');
});
