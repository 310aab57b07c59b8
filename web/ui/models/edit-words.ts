import type { EditField } from '#web/api-types.ts';

export const fieldName: Record<EditField, string> = {
  title: 'Title',
  summary: 'Summary',
  description: 'Description',
  tags: 'Tags',
  visibility: 'Visibility',
};

/** "title, tags and visibility" */
export function fieldsInWords(fields: readonly EditField[]): string {
  const names = fields.map((field) => fieldName[field].toLowerCase());
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}
