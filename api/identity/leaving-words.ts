/** What people are told of leaving, in words: pages and letters say the same. */

/** So long somebody who asked to leave can still stay. */
export const LEAVING_DAYS = 14;

/** How whoever left is called beside what others have of them. */
export const NAME_OF_WHO_LEFT = 'A member who left';

/** What stands in the way of leaving. */
export const BLOCKS = [
  'house',
  'last_admin',
  'staff_role',
  'on_panel',
  'model_with_others',
  'money_case',
  'claim',
  'integrity_case',
] as const;
export type BlockCode = (typeof BLOCKS)[number];

/** Each with what to do about it, and where. `subject`: a role, or the title of a model. */
export function blockWords(code: BlockCode, subject: string | null): string {
  switch (code) {
    case 'house':
      return 'This is an account of the house. It belongs to nobody who could leave.';
    case 'last_admin':
      return 'You are the only admin. Give the role to somebody else first.';
    case 'staff_role':
      return `You hold the role “${subject ?? ''}”. Ask an admin to take it back first, so that nothing waits for you.`;
    case 'on_panel':
      return 'You are asked to judge a round that is not over, or judge it. Step back from it, or wait until it is counted.';
    case 'model_with_others':
      return `Others share in what “${subject ?? ''}” earns. Hand it over to one of them, or withdraw its releases, so that they hear it from you.`;
    case 'money_case':
      return 'A case about money of yours is open. It has to be decided first, so that you can still say something about it.';
    case 'claim':
      return 'A claim of rights that you filed, or that is about a model of yours, is open. Withdraw yours, or wait for the decision.';
    case 'integrity_case':
      return 'The integrity desk looks into an entry of yours. It has to be decided first.';
  }
}
