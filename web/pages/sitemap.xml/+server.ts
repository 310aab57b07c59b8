import { answered, sitemapIndex } from '#web/feeds/xml.ts';

const KEPT_S = 3_600;

/** The parts in which all addresses can be read; each is small enough for the protocol. */
export async function GET({ locals: { api, origin } }) {
  const { parts } = await api.marketplace.listAddresses({});
  const paths = ['pages', 'showcases', 'rounds', ...parts].map((part) => `/sitemaps/${part}`);
  return answered(sitemapIndex(origin, paths), 'application/xml', KEPT_S);
}
