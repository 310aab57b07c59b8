/** How long what people say may be, where the pages need to know it as well. */
export const TITLE_CHARS_MAX = 120;
export const COMMENT_CHARS_MAX = 2_000;
export const RATING_CHARS_MAX = 2_000;
