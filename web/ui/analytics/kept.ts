/** What goes along from one page of figures to another: the time and the models one looks at. */
export const KEPT: readonly string[] = ['range', 'from', 'to', 'zone', 'models'];
