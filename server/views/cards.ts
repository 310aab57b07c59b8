import { Id } from '#api/base.ts';
import { resultsAreOut } from '#api/competitions/results-out.ts';
import type { Win } from '#api/competitions/win-shapes.ts';
import type { Context } from '../context.ts';
import { asId, type AssetId, type ModelId, type ReleaseId } from '../ids.ts';
import { dayOf } from '../kit/clock.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as generation from '../modules/generation/index.ts';
import type { CardOrder } from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { campaignPage } from './campaigns.ts';
import { winsOf } from './competitions/wins.ts';
import { hasPage } from './has-page.ts';
import { modelList } from './models.ts';
import { people } from './people.ts';
import { creationToShare, modelToShare } from './share.ts';
import { type FoundPiece, shownPieces } from './showcases.ts';

/** A card before it is drawn: its pictures by their digests. */
export type CardPlan = Omit<CardOrder, 'pictures' | 'width'> & { pictures: string[] };
export type CardOf = 'models' | 'creators' | 'assets' | 'showcases' | 'campaigns' | 'rounds' | 'pages';

/** What stands on the card of a thing that is shown to everybody; everything else has none. */
export const cardPlan = (context: Context, of: CardOf, name: string): Promise<CardPlan> =>
  PLANS[of](context, name);

const PLANS: Record<CardOf, (context: Context, name: string) => Promise<CardPlan>> = {
  models: modelCard,
  creators: creatorCard,
  assets: creationCard,
  showcases: showcaseCard,
  campaigns: campaignCard,
  rounds: roundCard,
  pages: pageCard,
};

const KINDS = {
  image: { model: 'Image model', made: 'Image' },
  video: { model: 'Video model', made: 'Video' },
  music: { model: 'Music model', made: 'Music' },
} as const;
const LINE_CHARS_MAX = 140;
const COVERS_MAX = 8;

async function modelCard(context: Context, slug: string): Promise<CardPlan> {
  const { model, release } = await modelToShare(context, slug);
  const [sample] = await registry.samplesOf(context.db, [release.id], 1);
  return {
    kind: KINDS[release.modality].model,
    title: { text: model.title, plain: slug },
    by: await byLine(context, model.creator_id),
    facts: [short(model.summary)],
    ...(sample ? faceOf(sample) : NO_FACE),
  };
}

async function creationCard(context: Context, id: string): Promise<CardPlan> {
  if (!Id.safeParse(id).success) refuse('NOT_FOUND');
  const { creation, asset } = await creationToShare(context, asId<AssetId>(id));
  const [model] = await registry.modelsByIds(context.db, [creation.model_id]);
  const { made } = KINDS[creation.modality];
  return {
    kind: made,
    title: { text: creation.title, plain: `${made} ${id.slice(-8)}` },
    by: await byLine(context, creation.maker_id),
    facts: [
      ...(await winsOf(context.db, 'asset', id)).slice(0, 1).map(wonInWords),
      ...(model ? [`Made with ${model.title}`] : []),
    ],
    ...faceOf(asset),
  };
}

async function showcaseCard(context: Context, slug: string): Promise<CardPlan> {
  const { db } = context;
  const { model } = await modelToShare(context, slug);
  const model_id = asId<ModelId>(model.id);
  const showcase = await marketplace.showcaseOf(db, model_id);
  if (!showcase?.published_at) refuse('NOT_FOUND');
  const pieces = await shownPieces(db, await marketplace.showcasePieces(db, [model_id]));
  return {
    kind: 'Showcase',
    title: { text: showcase.title, plain: slug },
    by: await byLine(context, model.creator_id),
    facts: [`${pieces.length === 1 ? 'One piece' : `${pieces.length} pieces`} made with ${model.title}`],
    ...facesOf(pieces.map(mediaOf)),
  };
}

async function campaignCard(context: Context, slug: string): Promise<CardPlan> {
  const campaign = await campaignPage(context, identity.nobody, slug);
  const models = await Promise.all(
    campaign.models.map((model) => registry.modelBySlug(context.db, model.slug)),
  );
  const covers = await coversOf(
    context,
    models.flatMap((model) => model ?? []),
  );
  return {
    kind: 'Campaign',
    title: { text: campaign.title, plain: slug },
    by: null,
    facts: [campaign.tagline],
    ...facesOf(covers),
    plays: false,
  };
}

const KIND_WORDS = { image: 'images', video: 'videos', music: 'music', models: 'models' } as const;
const PLACE_WORDS = ['First', 'Second', 'Third', 'Fourth', 'Fifth'];
const wonInWords = ({ place, kind, round, provisional }: Win) =>
  `${PLACE_WORDS[place - 1] ?? `${place}th`} in ${KIND_WORDS[kind]}, ${round.title}${provisional ? ' (provisional)' : ''}`;

/** Of a round, and when its results are out of them: what won, and who. */
async function roundCard(context: Context, slug: string): Promise<CardPlan> {
  const { db } = context;
  const round = await competitions.roundBySlug(db, slug);
  if (!round || round.announced_at === null) refuse('NOT_FOUND');
  const places = (await competitions.placesOut(db, 'round', [round.id])).filter(({ removed }) => !removed);
  const assets = await generation.assetsByIds(
    db,
    places.slice(0, COVERS_MAX).flatMap(({ asset_id }) => asset_id ?? []),
  );
  const winners = places.flatMap(({ asset_id }) => assets.find(({ id }) => id === asset_id) ?? []);
  const isOut = resultsAreOut(round.state);
  return {
    kind: isOut ? 'Winners' : 'Competition',
    title: { text: round.title, plain: slug },
    by: null,
    facts: [
      ...(round.theme ? [short(round.theme)] : []),
      isOut
        ? 'Everybody can count the result again.'
        : `Entries from ${dayOf(round.opens_at)} to ${dayOf(new Date(round.locks_at.getTime() - 1))}`,
    ],
    ...facesOf(winners),
    plays: false,
  };
}

/** Of the pages that are about no one thing the first has a card: what the most used models made. */
async function pageCard(context: Context, name: string): Promise<CardPlan> {
  if (name !== 'home') refuse('NOT_FOUND');
  const models = await modelList(context, {}, 'popular');
  const releases = models.slice(0, COVERS_MAX).flatMap(({ release_id }) => release_id ?? []);
  const samples = await registry.samplesOf(
    context.db,
    releases.map((id) => asId<ReleaseId>(id)),
    1,
  );
  return {
    kind: 'Images, video and music',
    title: { text: 'Models by real creators', plain: 'Models by real creators' },
    by: null,
    facts: ['Every generation pays its creator an exact share, live, with a receipt.'],
    ...facesOf(samples),
    plays: false,
  };
}

async function creatorCard(context: Context, handle: string): Promise<CardPlan> {
  const { db } = context;
  const creator = await identity.accountByHandle(db, handle);
  if (!creator || !(await hasPage(db, creator))) refuse('NOT_FOUND');
  if ((await program.creatorsWithout(db, 'promote')).has(creator.id)) refuse('NOT_FOUND');
  const models = await registry.findModels(db, { visibility: 'listed', creator_id: creator.id });
  const covers = await coversOf(context, models);
  return {
    kind: 'Creator',
    title: { text: creator.display_name, plain: `@${handle}` },
    by: null,
    facts: [
      ...(models.length > 0 ? [modelsInWords(models.length)] : []),
      ...(creator.bio ? [short(creator.bio)] : []),
    ],
    ...facesOf(covers),
    plays: false,
  };
}

/** The first sample of each of the first models. */
async function coversOf({ db, clock }: Context, models: readonly { id: string }[]): Promise<Media[]> {
  const ids = models.slice(0, COVERS_MAX).map(({ id }) => asId<ModelId>(id));
  const releases = await registry.releasesInUse(db, ids, clock.now());
  return registry.samplesOf(
    db,
    [...releases.values()].map(({ id }) => id),
    1,
  );
}

const modelsInWords = (count: number) => (count === 1 ? 'One model' : `${count} models`);
const short = (text: string) =>
  text.length > LINE_CHARS_MAX ? `${text.slice(0, LINE_CHARS_MAX - 1).trimEnd()}…` : text;

async function byLine({ db }: Context, id: string): Promise<CardPlan['by']> {
  const { handle, display_name } = (await people(db, [id]))(id);
  return { text: `by ${display_name}`, plain: `by @${handle}` };
}

type Face = Pick<CardPlan, 'pictures' | 'peaks' | 'plays'>;
type Media = {
  modality: registry.Modality;
  digest: string;
  thumbnail: { digest: string } | null;
  poster?: { digest: string } | null;
  waveform: number[] | null;
};
const NO_FACE: Face = { pictures: [], peaks: null, plays: false };

/** A picture itself, the still of a film, the waveform of music over what it has for a cover. */
function faceOf({ modality, digest, poster, thumbnail, waveform }: Media): Face {
  const still = poster ?? thumbnail;
  return {
    pictures: modality === 'image' ? [digest] : still ? [still.digest] : [],
    peaks: modality === 'music' ? waveform : null,
    plays: modality !== 'image',
  };
}

/** Four of them side by side, or the first that has one. */
function facesOf(media: readonly Media[]): Face {
  const pictures = [
    ...new Set(media.flatMap((one) => (one.modality === 'music' ? [] : faceOf(one).pictures))),
  ];
  if (pictures.length >= 4) return { ...NO_FACE, pictures: pictures.slice(0, 4) };
  const [first] = media;
  return pictures.length > 0
    ? { ...NO_FACE, pictures: pictures.slice(0, 1) }
    : first
      ? faceOf(first)
      : NO_FACE;
}

const mediaOf = (piece: FoundPiece): Media => (piece.kind === 'creation' ? piece.asset : piece.sample);
