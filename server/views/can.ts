/** What the page says of an act: that it may be done, or why not. */
export const YES = { allowed: true, why: null };
export const no = (why: string) => ({ allowed: false, why });
