import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { RunOptions } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';

/** What `axe-core` exports carries the long form along, which a browser takes twice as long to read. */
const SOURCE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * For somebody who looks at one page after the other: it comes with each, several times quicker than afterwards. A frame
 * within is a page of its own, whose landmarks are not those of the page around it.
 */
export const bringAxe = (context: BrowserContext) =>
  context.addInitScript({ content: `if (self === top) { ${SOURCE} }` });

/** What keeps people with a handicap out of this page, by every rule that axe knows, each with its places. */
export async function barriersOn(page: Page, options: RunOptions = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(SOURCE);
  return page.evaluate(async (asked) => {
    const { axe: checker } = globalThis as unknown as { axe: typeof import('axe-core') };
    // what is half faded in has the colours of neither
    const fading = document
      .getAnimations()
      .filter(({ playState, timeline }) => playState === 'running' && timeline === document.timeline)
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.allSettled(fading.map(({ finished }) => finished));
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

/** In the dark only the colours are others. Of the style sheets only the rule about turned screens reads more. */
export const tooFaintOn = (page: Page) => barriersOn(page, { runOnly: ['color-contrast'], preload: false });
