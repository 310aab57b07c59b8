import { type ConditionalSchemaConverter, OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { contract } from '#api/index.ts';
import { refusals } from '#api/errors.ts';
import { type Policy, policyOf } from '../policy.ts';
import { problemType } from './problems.ts';

type Json = Record<string, unknown>;
type Operation = {
  operationId?: string;
  responses?: Record<string, { description?: string; content?: Json }>;
} & Json;
type Document = { openapi: string; paths?: Record<string, Record<string, Operation>> } & Json;

/** The contract as an OpenAPI 3.1 document, with who may call what and every error as a problem. */
export async function openApiDocument(version: string): Promise<Document> {
  const converters: ConditionalSchemaConverter[] = [new ZodToJsonSchemaConverter()];
  const generated = await new OpenAPIGenerator({ schemaConverters: converters }).generate(contract, {
    info: {
      title: 'StellaryAI Model Creators Program',
      version,
      description:
        'Generate with the models of creators; every generation is shared exactly and live. Amounts are whole micro-units as strings of digits. Errors are RFC 9457 problems whose `code` never changes its meaning.\n\nFirst steps: sign up (`POST /sign-ups`) and keep the cookie; make a key (`POST /api-keys`); find a model and its `release_id` (`GET /models`) and the input that it takes (`GET /models/{slug}`, `release.input_schema`); ask the price (`POST /quotes`); start (`POST /generations` with an `Idempotency-Key` of your own); watch (`GET /generations/{id}/events`, server-sent events whose data are `{type: state | progress | queue | preview, ...}`) and download the `assets`.\n\nWith a key send `Authorization: Bearer stk_...`. With the cookie every method but GET also needs the `Origin` header of this address (or `Sec-Fetch-Site: same-origin`), else `ORIGIN_REFUSED`. Endpoints without an API-key scope take the cookie only.\n\nWhat we sign (receipts, roots, the heads of our books) is a compact JWS by Ed25519. Outside `/api/v1` and open to everybody: `GET /.well-known/jwks.json` has the keys, retired ones too; `GET /.well-known/ledger-heads.json` has the newest signed head `{jws, head}` of ledger and audit log. Keep copies: they are how anybody can tell that the books were rewritten.',
    },
    servers: [{ url: '/api/v1' }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-stellary', description: 'Set by signing in.' },
        api_key: { type: 'http', scheme: 'bearer', description: 'An API key, `stk_...`.' },
      },
    },
    customErrorResponseBodySchema: (errors) => ({
      oneOf: errors.map(([code, , , data]) => problemSchema(code, data)),
    }),
  });
  // the generator's own type has no room for what is completed below
  const document: Document = JSON.parse(JSON.stringify(generated));
  for (const path of Object.values(document.paths ?? {}))
    for (const operation of Object.values(path)) complete(operation);
  return document;
}

function problemSchema(code: string, data: unknown): Json {
  const more =
    typeof data === 'object' && data !== null && 'properties' in data ? (data.properties as Json) : {};
  const known = Object.entries(refusals).find(([name]) => name === code)?.[1];
  return {
    type: 'object',
    title: code,
    description: known?.message,
    properties: {
      type: { const: problemType(code as keyof typeof refusals) },
      title: { type: 'string' },
      status: { const: known?.status },
      code: { const: code },
      detail: { type: 'string' },
      instance: { type: 'string', description: 'urn:uuid:<request id>' },
      request_id: { type: 'string' },
      ...more,
    },
    required: ['type', 'title', 'status', 'code', 'detail', ...Object.keys(more)],
  };
}

function complete(operation: Operation): void {
  const policy = policyOf(operation.operationId ?? '');
  if (policy) Object.assign(operation, accessOf(policy));
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    if (Number(status) < 400 || !response.content) continue;
    response.description = `Refused: ${codesOf(response.content['application/json']).join(', ')}`;
    response.content = { 'application/problem+json': response.content['application/json'] };
  }
}

const accessOf = (policy: Policy): Json => ({
  security: [
    ...(policy.who === 'anyone' ? [{}] : []),
    { session: [] },
    ...(policy.key === 'session only' ? [] : [{ api_key: [] }]),
  ],
  'x-who': policy.who,
  'x-api-key-scope': policy.key === 'session only' ? null : policy.key,
  ...(policy.development_only ? { 'x-development-only': true } : {}),
});

function codesOf(media: unknown): string[] {
  const found = JSON.stringify(media).matchAll(/"code":\{"const":"([A-Z_]+)"\}/g);
  return [...found].map(([, code = '']) => code);
}
