import type { Board } from '#web/api-types.ts';

export const VISIBILITY: Record<Board['visibility'], string> = {
  private: 'Only you see it',
  unlisted: 'Whoever has the link sees it',
  public: 'Everybody sees it',
};
