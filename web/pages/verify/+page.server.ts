/** The address may name a generation whose proof the browser then asks for; the checking is all the browser's. */
export const load = ({ url }) => ({ generation: url.searchParams.get('generation') });
