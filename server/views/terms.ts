import type * as z from 'zod';
import type { TermsText, TermsVersion } from '#api/program/agreement-shapes.ts';
import type { Context } from '../context.ts';
import { present } from '../kit/assert.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';

const HOLDS = { announced: 'announced', in_force: 'in_force', replaced: 'replaced' } as const;

export function presentTerms(
  { text: _, ...terms }: program.Terms,
  all: readonly program.Terms[],
  at: Date,
): TermsVersion {
  const inForce = all.find(({ effective_from }) => effective_from <= at);
  const replaced = inForce?.version === terms.version ? HOLDS.in_force : HOLDS.replaced;
  return {
    ...terms,
    announced_at: terms.announced_at.toISOString(),
    effective_from: terms.effective_from.toISOString(),
    sunset_at: terms.sunset_at?.toISOString() ?? null,
    state: terms.effective_from > at ? HOLDS.announced : replaced,
  };
}

export const presentText = (
  terms: program.Terms,
  all: readonly program.Terms[],
  at: Date,
): z.infer<typeof TermsText> => ({ ...presentTerms(terms, all, at), text: terms.text });

export async function termsList({ db, clock }: Context): Promise<TermsVersion[]> {
  const all = await program.allTerms(db);
  return all.map((terms) => presentTerms(terms, all, clock.now()));
}

export async function termsPage({ db, clock }: Context, version: string): Promise<z.infer<typeof TermsText>> {
  const all = await program.allTerms(db);
  const terms = all.find((one) => one.version === version) ?? refuse('NOT_FOUND');
  return presentText(terms, all, clock.now());
}

/** What changed to a version from the one that it replaces, or from another. */
export async function termsDiff(
  { db, clock }: Context,
  { version, against }: { version: string; against?: string | undefined },
) {
  const at = clock.now();
  const all = await program.allTerms(db);
  const to = all.find((one) => one.version === version) ?? refuse('NOT_FOUND');
  const from = all.find((one) => one.version === (against ?? to.replaces)) ?? refuse('NOT_FOUND');
  return {
    from: presentTerms(from, all, at),
    to: presentTerms(to, all, at),
    changes: program.compareTexts(from.text, to.text),
  };
}

/** Those in force, for pages that are about money. */
export async function termsNow({ db, clock }: Context) {
  const at = clock.now();
  const all = await program.allTerms(db);
  const now = all.find(({ effective_from }) => effective_from <= at) ?? refuse('NOT_PRICED');
  return {
    terms: presentText(now, all, at),
    announced: all
      .filter(({ effective_from }) => effective_from > at)
      .map((terms) => presentText(present(terms, 'terms'), all, at)),
  };
}
