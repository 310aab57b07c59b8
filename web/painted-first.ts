/** As kit writes them: what a page preloads of its scripts, and the line that begins with the first of them. */
const PRELOAD = /<link href="([^"]+)" rel="modulepreload">\s*/g;
const BEGIN = /import\("([^"]+)"\)\.then\(async \(kit\)/;

/**
 * Words and pictures come before the scripts, which would otherwise share the line with them: on a slow one the largest
 * picture of the home stood there a second later. All of the scripts are asked for together, as soon as the page has
 * been painted; in a tab that nobody sees nothing is painted, and nobody waits.
 */
export function paintedFirst(html: string): string {
  const scripts = [...html.matchAll(PRELOAD)].map(([, script]) => script);
  if (scripts.length === 0 || !BEGIN.test(html)) return html;
  return html.replace(PRELOAD, '').replace(
    BEGIN,
    (_, start: string) => `new Promise((painted) => {
            if (document.visibilityState === 'hidden') painted();
            else requestAnimationFrame(() => setTimeout(painted));
          }).then(() => {
            for (const href of ${JSON.stringify(scripts)})
              document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href }));
            return import(${JSON.stringify(start)});
          }).then(async (kit)`,
  );
}
