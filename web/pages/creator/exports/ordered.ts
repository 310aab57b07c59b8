import type { PageData } from './$types';

/** What the address asks for, and what one sees of it before it is ordered. */
export type Ordered = NonNullable<PageData['of']>;
