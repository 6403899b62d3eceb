/** The names that the command answers under. */
export const PROGRAMS = ['slipway', 'docker-machine'] as const;
export type Program = (typeof PROGRAMS)[number];

export function isProgram(name: string): name is Program {
  return (PROGRAMS as readonly string[]).includes(name);
}

export function isDockerMachine(name: string): boolean {
  return name === 'docker-machine';
}
