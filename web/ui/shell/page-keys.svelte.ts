/** The keys that the page which is open has of its own, for the list of keys. */
export type PageKeys = { keys: string[]; does: string }[];

export const pageKeys: { list: PageKeys } = $state({ list: [] });
