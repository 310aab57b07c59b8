import { type AccountId, asId, type ModelId, type ReleaseId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { checkLicence } from '../views/application-lineage.ts';
import type { ReleaseContent } from './publish-model.ts';

/**
 * What a further release owes to those whose models its own was made from: the royalties of the release before it.
 * Refuses another licence than that one's where it does not go together with theirs.
 */
export async function carriedOver(
  tx: Tx,
  model_id: ModelId,
  { licence, licence_document }: ReleaseContent,
): Promise<earnings.AgreedRoyalty[]> {
  const [last] = await registry.releasesOfModel(tx, model_id);
  if (!last) return [];
  const owing = await earnings.newestRoyalties(tx, last.id);
  await registry.keepOwners(
    tx,
    owing.map(({ release_id }) => asId<ReleaseId>(release_id)),
  );
  // a parent may have changed hands while its owner was waited for
  const royalties = await earnings.newestRoyalties(tx, last.id);
  if (licence !== last.licence) {
    const ids = royalties.map(({ release_id }) => release_id);
    const line = await registry.lineageOf(tx, ids, 1);
    const parents = royalties.flatMap(({ release_id, royalty_ppm }, place) => {
      const ancestor = line.find((one) => one.release_id === release_id);
      return ancestor ? [{ release_id, royalty_ppm, place, ancestor }] : [];
    });
    const known = registry.licenceOfLine(licence);
    const text = licence_document?.text ?? licence;
    checkLicence(
      last.creator_id,
      known ? { kind: 'known', id: known.id } : { kind: 'own', title: licence, text },
      await program.lineageOfModel(tx, model_id),
      parents,
    );
  }
  return royalties.map(({ release_id, person_id, royalty_ppm }) => ({
    parent_release_id: asId<ReleaseId>(release_id),
    person_id: asId<AccountId>(person_id),
    royalty_ppm,
  }));
}
