/** How much a showcase may hold, where the pages need to know it as well. */
export const PIECES_MAX = 24;
export const SHOWCASE_WORDS_CHARS_MAX = 2_000;
export const PIECE_WORDS_CHARS_MAX = 300;
