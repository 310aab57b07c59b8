import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
/** Everything that may be deleted at any time: it is made again. */
export const runtimeFolder = path.join(root, '.runtime');

/** An absolute path stays what it is. */
export const inRoot = (...parts: string[]) => path.resolve(root, ...parts);
export const inRuntime = (...parts: string[]) => path.join(runtimeFolder, ...parts);
