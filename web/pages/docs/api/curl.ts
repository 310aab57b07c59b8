import type { Operation } from './document.ts';
import { exampleOf } from './schema.ts';

/** A line to paste: the shell reads it as one command. */
export function curlOf(operation: Operation, origin: string): string {
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => name.toUpperCase());
  const query = operation.parameters
    .filter((one) => one.place === 'query' && one.required)
    .map((one) => `${one.name}=${encodeURIComponent(String(exampleOf(one.schema)))}`);
  const lines = [`curl '${origin}/api/v1${path}${query.length > 0 ? `?${query.join('&')}` : ''}'`];
  if (operation.method !== 'GET') lines.push(`-X ${operation.method}`);
  if (operation.scope) lines.push(`-H "Authorization: Bearer $STELLARY_KEY"`);
  for (const header of operation.parameters.filter((one) => one.place === 'header' && one.required)) {
    lines.push(`-H "${header.name}: $(uuidgen)"`);
  }
  if (operation.body)
    lines.push(
      `-H 'Content-Type: application/json'`,
      `-d '${JSON.stringify(exampleOf(operation.body)).replaceAll("'", "'\\''")}'`,
    );
  if (operation.answer?.stream) lines.push('-N');
  return lines.join(' \\\n  ');
}
