import type { Finding } from '@stellary/proofs';

/** What a check looked at, what it found of it that should not be, and what else there is to say. */
export type Verification = { checked: readonly string[]; violations: Violation[]; notes: string[] };
/** What must hold, and where it does not. */
export type Violation = { invariant: string; subject: string };

/** Of a book that is wrong from one end to the other, so many lines are enough. */
export const SUBJECTS_MAX = 20;

/** Gathers violations, of each invariant the first ones. */
export function gather(): { violations: Violation[]; find(invariant: string, subject: string): void } {
  const violations: Violation[] = [];
  const counts = new Map<string, number>();
  return {
    violations,
    find(invariant, subject) {
      const count = (counts.get(invariant) ?? 0) + 1;
      counts.set(invariant, count);
      if (count <= SUBJECTS_MAX) violations.push({ invariant, subject });
    },
  };
}

/** What was looked at, once each, with where it does not hold. */
export function findingsOf({ checked, violations }: Verification): Finding[] {
  return [...new Set(checked)].map((name) => {
    const subjects = violations.flatMap(({ invariant, subject }) => (invariant === name ? [subject] : []));
    return { name, holds: subjects.length === 0, detail: [...new Set(subjects)].join(', ') };
  });
}
