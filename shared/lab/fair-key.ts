import type { Lab } from './lab.ts';

/** Whose the lab is where work waits in line: a class's labs are one crowd, as are all of one owner. */
export function fairKeyOf(lab: Pick<Lab, 'owner' | 'class'>): string {
  return lab.class?.id ?? lab.owner;
}
