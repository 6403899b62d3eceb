import { SlipwayError } from '../../core/errors.ts';
import type { Lab, LabSpec } from '../../lab/lab.ts';

type Leaving = NonNullable<LabSpec['leaving']>;

/** Those asked to go that are not gone yet: what is gone need not be named any longer. */
export function stillLeaving({ spec, status }: Lab): Leaving {
  const gone = new Set(status.leaving?.flatMap(({ name, goneAt }) => (goneAt === undefined ? [] : [name])));
  return (spec.leaving ?? []).filter(({ name }) => !gone.has(name));
}

/** The spec with these asked to go beside those that are still going. */
export function withLeaving(lab: Lab, spec: LabSpec, more: Leaving): LabSpec {
  const names = new Set(more.map(({ name }) => name));
  const leaving = [...stillLeaving(lab).filter(({ name }) => !names.has(name)), ...more];
  const { leaving: _, ...rest } = spec;
  return leaving.length === 0 ? rest : { ...rest, leaving };
}

/** @throws SlipwayError `conflict`, retryable, while the machine that had the name is on its way out. */
export function requireFreeName(lab: Lab, name: string): void {
  const wanted = name.toLowerCase();
  const taken = lab.spec.machines.find((machine) => machine.name.toLowerCase() === wanted);
  if (taken !== undefined) {
    throw new SlipwayError(
      'conflict',
      `Docker machine "${taken.name}" already exists in this lab; choose another name`,
    );
  }
  if (!stillLeaving(lab).some((one) => one.name.toLowerCase() === wanted)) return;
  throw new SlipwayError('conflict', `${name} is still being removed; ask again in a moment`, {
    retryable: true,
    facts: { afterSeconds: 3 },
  });
}
