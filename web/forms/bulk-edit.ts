import type { ModelChange, OwnModel } from '#web/api-types.ts';

/** What is asked of many models at once. */
export type BulkWish = {
  add: readonly string[];
  remove: readonly string[];
  visibility: '' | 'listed' | 'unlisted';
  find: string;
  replace: string;
};

const spelled = (tag: string) =>
  tag
    .toLowerCase()
    .replace(/^#+/, '')
    .trim()
    .replace(/[\s_-]+/g, '-');

/** The rows of a set of edits. The server says which of them change something, and which cannot be done. */
export function changesFor(models: readonly OwnModel[], wish: BulkWish): ModelChange[] {
  const remove = new Set(wish.remove.map(spelled));
  const touchesTags = wish.add.length > 0 || remove.size > 0;
  const swap = (text: string) => text.replaceAll(wish.find, () => wish.replace);
  return models.map(({ slug, version, title, summary, description, tags }) => ({
    slug,
    version,
    ...(touchesTags && { tags: [...tags.filter((tag) => !remove.has(tag)), ...wish.add] }),
    ...(wish.visibility && { visibility: wish.visibility }),
    ...(wish.find && { title: swap(title), summary: swap(summary), description: swap(description) }),
  }));
}
