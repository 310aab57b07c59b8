import { traverseContractProcedures } from '@orpc/server';
import { expect, test } from 'vitest';
import { Role } from '#api/identity/shapes.ts';
import { contract } from '#api/index.ts';
import { admit } from './handlers/guard.ts';
import { router } from './handlers/index.ts';
import { openApiDocument } from './handlers/openapi.ts';
import { asId } from './ids.ts';
import { type Caller, nobody, type Scope } from './modules/identity/index.ts';
import { policies, policyOf } from './policy.ts';

function endpointsOf(tree: Parameters<typeof traverseContractProcedures>[0]['router']): string[] {
  const found: string[] = [];
  traverseContractProcedures({ router: tree, path: [] }, ({ path }) => void found.push(path.join('.')));
  return found.toSorted();
}

test('contract, router, policy table and OpenAPI document name the same endpoints', async () => {
  const named = endpointsOf(contract);
  const document = await openApiDocument('test');
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path));
  expect(Object.keys(policies).toSorted()).toEqual(named);
  expect(endpointsOf(router)).toEqual(named);
  expect(operations.map((operation) => operation.operationId ?? '').toSorted()).toEqual(named);
  for (const { operationId = '', ...operation } of operations) {
    const policy = policyOf(operationId);
    expect(operation, operationId).toMatchObject({
      'x-who': policy?.who,
      'x-api-key-scope': policy?.key === 'session only' ? null : policy?.key,
    });
  }
});

test('what is not listed is refused', () => {
  for (const name of ['identity.dropEverything', 'constructor', '__proto__', 'toString', ''])
    expect(policyOf(name)).toBeNull();
});

const ALL = Role.options;
const account = (roles: Role[]): Caller['account'] => ({
  id: asId('0191'),
  handle: 'ada',
  display_name: 'Ada',
  roles,
});
const byKey = (scopes: Scope[]): Caller => ({
  ...nobody,
  account: account(ALL),
  via: 'api_key',
  scopes,
});
const bySession = (roles: Role[]): Caller => ({
  ...nobody,
  account: account(roles),
  via: 'session',
});
const answer = (
  caller: Caller,
  policy: (typeof policies)[keyof typeof policies],
  here: Parameters<typeof admit>[2] = { mode: 'production', is_local: true },
) => {
  try {
    admit(policy, caller, here);
    return 'admitted';
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

test('every endpoint, for every kind of caller', () => {
  for (const [endpoint, policy] of Object.entries(policies)) {
    if (policy.development_only) continue;
    const open = policy.who === 'anyone';
    expect(answer(nobody, policy), endpoint).toBe(open ? 'admitted' : 'NOT_SIGNED_IN');
    for (const role of ALL) {
      const may = open || policy.who === 'signed in' || policy.who.split(' or ').includes(role);
      expect(answer(bySession([role]), policy), `${endpoint} as ${role}`).toBe(
        may ? 'admitted' : 'NOT_ALLOWED',
      );
    }
    for (const scope of ['read', 'generate', 'purchase', 'edit'] as const) {
      const expected =
        policy.key === 'session only' ? 'NOT_ALLOWED' : policy.key === scope ? 'admitted' : 'SCOPE_MISSING';
      expect(answer(byKey([scope]), policy), `${endpoint} with ${scope}`).toBe(expected);
    }
  }
});

test('a worker fetches jobs and does nothing else', () => {
  const worker: Caller = { ...nobody, via: 'worker', worker_id: asId('0192') };
  for (const [endpoint, policy] of Object.entries(policies)) {
    if (policy.development_only) continue;
    expect(answer(worker, policy), endpoint).toBe(policy.who === 'worker' ? 'admitted' : 'NOT_ALLOWED');
  }
});

test('the development outbox exists in development only, and for this machine only', () => {
  const at = (mode: 'development' | 'production', is_local: boolean) =>
    answer(nobody, policies['identity.listMail'], { mode, is_local });
  expect(at('production', true)).toBe('UNKNOWN_ROUTE');
  expect(at('development', false)).toBe('UNKNOWN_ROUTE');
  expect(at('development', true)).toBe('admitted');
});

test('who has lost every role can still sign out', () => {
  expect(answer(bySession([]), policies['identity.deleteSession'])).toBe('admitted');
  expect(answer(bySession([]), policies['identity.updateMe'])).toBe('NOT_ALLOWED');
});

test('no key changes an identity, makes keys or administrates', () => {
  const changes = Object.entries(policies).filter(([name]) =>
    /^identity\.(create|update|delete|grant|revoke|list)/.test(name),
  );
  expect(changes.length).toBeGreaterThan(15);
  for (const [endpoint, policy] of changes) expect(policy.key, endpoint).toBe('session only');
});
