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
  payersSince,
  type Payment,
  putCreators,
  putListings,
  usedSince,
} from './listings.ts';
export {
  type Bounds,
  type Found,
  type Order,
  ORDERS,
  type Place,
  searchCreators,
  searchListings,
  type Spelling,
  type Tier,
  type Wish,
} from './search.ts';
export * from './comments.ts';
export * from './creations.ts';
export * from './blocks.ts';
export * from './notifications.ts';
export * from './ratings.ts';
export { countUses, follow, followedBy, followersOf, unfollow, usesOf } from './store.ts';
export { type Findable, termsOf, wordsOf } from './words.ts';
