export { countUses, follow, followersOf, unfollow, usesOf } from './store.ts';
