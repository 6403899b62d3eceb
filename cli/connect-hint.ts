/** How docker-machine's create ends. */
export function connectHint(program: string, machine: string): string {
  return [
    'Docker is up and running!\n',
    `To see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: ${program} env ${machine}\n`,
  ].join('');
}
