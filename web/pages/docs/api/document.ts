/** The OpenAPI document of the server, read into what the reference shows. */
export type Json = Record<string, unknown>;
export type Parameter = { name: string; place: string; required: boolean; schema: Json; description: string };
export type Refusal = { status: string; code: string; says: string };
export type Operation = {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  tag: string;
  who: string;
  scope: string | null;
  developmentOnly: boolean;
  parameters: Parameter[];
  body: Json | null;
  answer: { status: string; schema: Json | null; stream: boolean } | null;
  refusals: Refusal[];
};

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const child = (value: unknown, name: string): unknown => (isJson(value) ? value[name] : undefined);

export function operationsOf(document: unknown): Operation[] {
  const paths = child(document, 'paths');
  if (!isJson(paths)) return [];
  return Object.entries(paths).flatMap(([path, item]) =>
    isJson(item)
      ? Object.entries(item).flatMap(([method, operation]) =>
          isJson(operation) ? [operationOf(path, method, operation)] : [],
        )
      : [],
  );
}

function operationOf(path: string, method: string, operation: Json): Operation {
  const responses = isJson(operation['responses']) ? Object.entries(operation['responses']) : [];
  const good = responses.find(([status]) => status.startsWith('2'));
  return {
    id: text(operation['operationId']) || `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    summary: text(operation['summary']),
    description: text(operation['description']),
    tag: text(list(operation['tags'])[0]) || 'Other',
    who: text(operation['x-who']) || 'anyone',
    scope: text(operation['x-api-key-scope']) || null,
    developmentOnly: operation['x-development-only'] === true,
    parameters: list(operation['parameters']).flatMap((parameter) =>
      isJson(parameter) ? [parameterOf(parameter)] : [],
    ),
    body: schemaIn(child(operation['requestBody'], 'content'))?.schema ?? null,
    answer: good
      ? { status: good[0], schema: null, stream: false, ...schemaIn(child(good[1], 'content')) }
      : null,
    refusals: responses
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([status, response]) => refusalsOf(status, response)),
  };
}

const parameterOf = (parameter: Json): Parameter => {
  const schema = isJson(parameter['schema']) ? parameter['schema'] : {};
  return {
    name: text(parameter['name']),
    place: text(parameter['in']),
    required: parameter['required'] === true,
    schema,
    description: text(parameter['description']) || text(schema['description']),
  };
};

function schemaIn(content: unknown): { schema: Json; stream: boolean } | null {
  if (!isJson(content)) return null;
  const [mime, media] = Object.entries(content)[0] ?? [];
  const schema = child(media, 'schema');
  return isJson(schema) ? { schema, stream: mime === 'text/event-stream' } : null;
}

function refusalsOf(status: string, response: unknown): Refusal[] {
  const schema = schemaIn(child(response, 'content'))?.schema;
  const variants = list(schema?.['oneOf']).concat(list(schema?.['anyOf']));
  return (variants.length > 0 ? variants : [schema]).flatMap((variant) => {
    const code = child(child(child(variant, 'properties'), 'code'), 'const');
    return typeof code === 'string' ? [{ status, code, says: text(child(variant, 'description')) }] : [];
  });
}

export function groupByTag(operations: Operation[]): { tag: string; operations: Operation[] }[] {
  const groups = Map.groupBy(operations, (operation) => operation.tag);
  return [...groups].map(([tag, members]) => ({ tag, operations: members }));
}

export const matches = (operation: Operation, words: string): boolean => {
  const hay =
    `${operation.id} ${operation.method} ${operation.path} ${operation.summary} ${operation.tag} ${operation.refusals.map((one) => one.code).join(' ')}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
};
