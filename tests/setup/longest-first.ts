import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, in order. Everything else comes after, the largest file first. */
const LONGEST = [
  /tests\/browser\/pages-are-sound/,
  /tests\/faults\//,
  /models\/models\.test/,
  /tests\/browser\//,
  /tests\/stories\//,
  /server\/(restore|kit\/backup)\.test/,
  /server\/modules\/generation\/engine\//,
];

/** So that at the end of a run no worker is alone with something long. It needs no memory of runs before. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => name.test(moduleId));
      return found < 0 ? LONGEST.length : found;
    };
    return usual.toSorted((one, other) => place(one) - place(other));
  }
}
