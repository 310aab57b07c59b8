export { countUse, follow, followersOf, unfollow, usesOf } from './store.ts';
