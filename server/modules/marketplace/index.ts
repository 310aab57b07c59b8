export { COLD, HALF_LIFE_DAYS, heatAfter, heatOf, hourOf, worthAt } from './heat.ts';
export {
  commonTerms,
  countPayers,
  creatorsListed,
  forgetPayer,
  listedFrom,
  listedModelsOf,
  type ListedCreator,
  type Listing,
  partsOfListings,
  payersOf,
  payersSince,
  type Payment,
  putCreators,
  putListings,
  usedSince,
} from './listings.ts';
export {
  type Bounds,
  type Found,
  type FoundCreation,
  type Order,
  ORDERS,
  type Place,
  searchCreations,
  searchCreators,
  searchListings,
  type Spelling,
  type Tier,
  type Wish,
} from './search.ts';
export * from './comments.ts';
export * from './creations.ts';
export {
  type CreationListing,
  creationsListedOf,
  hasPaid,
  likedSince,
  putCreationListings,
} from './creation-listings.ts';
export * from './blocks.ts';
export * from './notifications.ts';
export * from './leaving.ts';
export * from './model-people.ts';
export { personal } from './personal.ts';
export * from './ratings.ts';
export * from './standing-in-public.ts';
export * from './showcases.ts';
export * from './quota.ts';
export * from './slots.ts';
export * from './rotation.ts';
export * from './rotation-days.ts';
export * from './impressions.ts';
export {
  countUses,
  follow,
  followedBy,
  followersAmong,
  followsAmong,
  followersOf,
  unfollow,
  usesOf,
} from './store.ts';
export { countedOf, type Findable, termsOf, termsOfCreation, wordsOf } from './words.ts';
