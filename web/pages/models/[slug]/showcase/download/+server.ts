import { orNowhere } from '#web/load.ts';

/** All of a showcase as a ZIP, as it is made. */
export async function GET({ locals: { api }, params: { slug }, url }) {
  const { headers, body } = await orNowhere(api.showcase.getArchive({ slug }), url);
  return new Response(body, { headers });
}
