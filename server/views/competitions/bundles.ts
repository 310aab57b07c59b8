import { resultsAreOut } from '#api/competitions/results-out.ts';
import { openAsBlob } from 'node:fs';
import type { Context } from '../../context.ts';
import * as competitions from '../../modules/competitions/index.ts';
import { refuse } from '../../refuse.ts';

type Asked = { slug: string; kind: competitions.Category['kind']; version?: number | undefined };

/** The bundle of a category, of its newest version or of another one, as it was published. */
export async function bundleFile(context: Context, { slug, kind, version }: Asked): Promise<File> {
  const { db, media } = context;
  const round = (await competitions.roundBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const category = (await competitions.categoryOfKind(db, round.id, kind)) ?? refuse('NOT_FOUND');
  if (!resultsAreOut(round.state)) refuse('NOT_FOUND');
  const published = (await competitions.talliesOf(db, [category.id])).filter(
    ({ bundle_file }) => bundle_file,
  );
  const found = version === undefined ? published.at(-1) : published.find((one) => one.version === version);
  if (!found?.bundle_file) refuse('NOT_FOUND');
  const name = `${slug}-${kind}-${found.version}.json`;
  // read while it is sent, and not before
  return new File([await openAsBlob(media.pathOf(found.bundle_file))], name, { type: 'application/json' });
}
