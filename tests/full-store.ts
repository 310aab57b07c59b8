import { type FileStore, sha256, StorageFull } from '../server/kit/files.ts';

/** The same store, on a disk that has no room for anything new. */
export function withoutRoom(store: FileStore): FileStore {
  const refuse = () => Promise.reject(new StorageFull(new Error('ENOSPC')));
  return {
    ...store,
    put: refuse,
    begin(bytes) {
      const stored = refuse();
      stored.catch(() => {}); // told to whoever awaits it
      return { digest: sha256(bytes), stored };
    },
  };
}
