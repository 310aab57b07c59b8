export const title = (page: string) => `${page} · Stellary Creators Program`;
