import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Engine tests of half a minute and more, the longest first: begun last, one of them would be waited for alone. */
const LONGEST = [
  'engine-swarm',
  'class',
  'quorum',
  'aws-lab',
  'docker-driver',
  'kill',
  'faults',
  'lab',
  'cli',
  'advertise',
  'user-data',
  'many-labs',
  'machines',
].map((name) => `/test/engine/${name}.test.ts`);

/** The order of a run's files: the longest first, which a new checkout cannot know of itself. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((end) => moduleId.endsWith(end));
      return index === -1 ? LONGEST.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
