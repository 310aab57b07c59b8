import type { Win } from '#api/competitions/win-shapes.ts';
import type { BestPlace } from '#api/marketplace/creation-shapes.ts';
import type { AssetId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as marketplace from '../../modules/marketplace/index.ts';

const WINS_MAX = 12;

/** What an asset, a model or somebody has won, the newest month first; nothing of a round whose results are not out. */
export async function winsOf(db: Db, of: 'asset' | 'person' | 'model', id: string): Promise<Win[]> {
  const places = (await competitions.placesOut(db, of, [id])).slice(0, WINS_MAX);
  if (places.length === 0) return [];
  const shown = await marketplace.shownAmong(
    db,
    places.flatMap(({ asset_id }) => asset_id ?? []),
  );
  return places.map(({ round, kind, place, shared, title, removed, asset_id }) => ({
    ...{ kind, place, shared, title: removed ? 'Removed' : title },
    round: { slug: round.slug, title: round.title, month: round.month },
    provisional: isProvisional(round.state),
    asset_id: asset_id !== null && !removed && shown.has(asset_id) ? asset_id : null,
  }));
}

/** Of each of these works the best that it won; of equals the newest. */
export async function bestPlaces(db: Db, asset_ids: readonly AssetId[]): Promise<Map<string, BestPlace>> {
  const best = new Map<string, BestPlace>();
  const places = await competitions.placesOut(db, 'asset', asset_ids);
  for (const { asset_id, place, shared, round, removed } of places) {
    if (asset_id === null || removed || (best.get(asset_id)?.place ?? Infinity) <= place) continue;
    best.set(asset_id, { place, shared, round: { slug: round.slug, title: round.title } });
  }
  return best;
}

const isProvisional = (state: string) => state === 'provisional' || state === 'dispute_window';
