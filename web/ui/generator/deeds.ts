/** What can be done with results, by button or by key. */
export type Deed = 'vary' | 'remix' | 'use' | 'seed' | 'compare' | 'board' | 'bin' | 'download';
