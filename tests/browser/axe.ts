import axe, { type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** What keeps people with a handicap out of this page, by every rule that axe knows, each with its places. */
export async function barriersOn(page: Page, options: RunOptions = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async (asked) => {
    const { axe: checker } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await checker.run(document, { ...asked, resultTypes: ['violations'] });
    return violations.map(
      ({ id, impact, nodes }) =>
        `${id} (${impact}): ${nodes
          .slice(0, 3)
          .map(
            ({ target, failureSummary }) =>
              `${target.join(' ')} (${(failureSummary ?? '').split('\n')[1]?.trim()})`,
          )
          .join('; ')}`,
    );
  }, options);
}
