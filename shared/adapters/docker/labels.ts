/** Labels are the truth that `list` reads: everything the driver makes carries them from its creation. */
export const DEPLOYMENT_LABEL = 'slipway.deployment';
export const LAB_LABEL = 'slipway.lab';
export const MACHINE_LABEL = 'slipway.machine';
export const ATTEMPT_LABEL = 'slipway.attempt';
/** The address fixed in the lab's network, told while the container is stopped too. */
export const ADDRESS_LABEL = 'slipway.address';

/** The Engine API's `filters` for what belongs to a deployment, or to one lab of it. */
export function ownedBy(deployment: string, labId?: string): { label: string[] } {
  const lab = labId === undefined ? [] : [`${LAB_LABEL}=${labId}`];
  return { label: [`${DEPLOYMENT_LABEL}=${deployment}`, ...lab] };
}

/** Docker's name of a lab's network. */
export function networkName(deployment: string, labId: string): string {
  return `slipway-${deployment}-${labId}`;
}

export function containerName(deployment: string, labId: string, machine: string): string {
  return `${networkName(deployment, labId)}-${machine}`;
}
