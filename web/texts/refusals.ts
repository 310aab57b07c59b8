/** What a refusal says, by its name: nothing in English, which the answer brings along. Other languages have all of them. */
export const sentences: Record<string, string> = {};
