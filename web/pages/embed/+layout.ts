/** Other sites frame these pages: nothing runs in them. */
export const csr = false;
