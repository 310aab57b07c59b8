/** Tags as they are typed in one field, and back. */
export const tagsIn = (text: string): string[] =>
  text
    .split(/[,;\n]+/)
    .map((tag) => tag.trim())
    .filter(Boolean);
export const textOf = (tags: readonly string[]): string => tags.join(', ');
