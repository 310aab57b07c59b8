/** One thing that was looked at: by which name, whether it is as it must be, and what was seen. */
export type Finding<Name extends string = string> = { name: Name; holds: boolean; detail: string };

/** A line for each, in their order. */
export const inWords = (findings: readonly Finding[]): string[] =>
  findings.map(
    ({ name, holds, detail }) => `${holds ? 'holds' : 'FAILS'}  ${name}${detail && `: ${detail}`}`,
  );

/** Whoever verifies is given what strangers wrote: it may be anything, and what cannot be looked at does not hold. */
export async function lookAt<F extends Finding>(
  name: F['name'],
  look: () => Promise<F>,
): Promise<F | Fails<F>> {
  try {
    return await look();
  } catch (error) {
    return { name, holds: false, detail: sentenceOf(error) };
  }
}
type Fails<F extends Finding> = { name: F['name']; holds: false; detail: string };

/** What was thrown, in words; a thing that has none is said to be one. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be looked at';
}
