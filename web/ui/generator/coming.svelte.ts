/** Pictures on their way up: what is started before they are there would be started without them. */
export const coming = $state({ count: 0 });
