/** Whole sentences of the server: nothing in English, which answers bring along. Other languages have all of them. */
export const told: Record<string, string> = {};
