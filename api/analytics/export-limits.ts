/** Exports of one person that wait or are made at the same time. */
export const EXPORTS_OPEN_MAX = 3;
/** Exports of one person that are kept at the same time. */
export const EXPORTS_KEPT_MAX = 30;
export const EXPORT_KEPT_DAYS = 7;
export const SCHEDULES_MAX = 10;
