/** The address may name a generation or the digest of a file, about which the browser then asks; the checking is all the browser's. */
export const load = ({ url }) => ({
  generation: url.searchParams.get('generation'),
  digest: url.searchParams.get('digest'),
});
