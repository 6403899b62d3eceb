import type { Lab, Machine } from '../client/operations.ts';
import type { Context } from './context.ts';
import { Failure, UsageError } from './errors.ts';
import { isDockerMachine } from './program.ts';

/** docker-machine's own, where no name is given. */
const DEFAULT_MACHINE = 'default';

/** The machine of that name; without one, the machine `default` or the lab's only one. */
export function findMachine(
  { program }: Pick<Context, 'program'>,
  lab: Lab,
  name: string | undefined,
): Machine {
  if (name === undefined) return defaultMachine(lab);
  const machine = lab.machines.find((one) => one.name === name);
  if (machine === undefined) throw noSuchMachine(program, lab, name);
  return machine;
}

/** All that are named, or the default one. */
export function findMachines(context: Pick<Context, 'program'>, lab: Lab, names: string[]): Machine[] {
  const [first, ...others] = names;
  return [findMachine(context, lab, first), ...others.map((name) => findMachine(context, lab, name))];
}

function defaultMachine({ machines }: Lab): Machine {
  const [only, ...others] = machines;
  const found =
    machines.find(({ name }) => name === DEFAULT_MACHINE) ?? (others.length === 0 ? only : undefined);
  if (found === undefined) {
    throw new UsageError(`Error: No machine name(s) specified and no "${DEFAULT_MACHINE}" machine exists`);
  }
  return found;
}

/** docker-machine's words; ours name the lab that was looked in. */
function noSuchMachine(program: string, { name: lab, id }: Lab, name: string): Failure {
  const where = isDockerMachine(program) ? '' : ` (lab ${lab}, ${id})`;
  return new Failure(
    `Docker machine "${name}" does not exist. Use "${program} ls" to list machines. Use "${program} create" to add a new one.${where}`,
  );
}
