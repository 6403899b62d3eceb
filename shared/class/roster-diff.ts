import type { RosterEntry } from './student.ts';

/** What becomes of a class's students when one roster follows another; entries as the later one has them. */
export interface RosterChange {
  added: RosterEntry[];
  removed: RosterEntry[];
  /** The same address, another name or group. */
  changed: RosterEntry[];
  unchanged: RosterEntry[];
}

/** Who is who is told by the address; order does not count. */
export function diffRoster(before: RosterEntry[], after: RosterEntry[]): RosterChange {
  const known = new Map(before.map((entry) => [entry.email, entry]));
  const change: RosterChange = { added: [], removed: [], changed: [], unchanged: [] };
  for (const entry of after) {
    const old = known.get(entry.email);
    known.delete(entry.email);
    if (old === undefined) change.added.push(entry);
    else if (old.name === entry.name && old.group === entry.group) change.unchanged.push(entry);
    else change.changed.push(entry);
  }
  change.removed.push(...known.values());
  return change;
}
