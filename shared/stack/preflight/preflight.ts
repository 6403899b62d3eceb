import { checkBinds } from './check-binds.ts';
import { checkExternal } from './check-external.ts';
import { checkImages } from './check-images.ts';
import { checkManagers } from './check-managers.ts';
import { checkNames } from './check-names.ts';
import { checkPlacement } from './check-placement.ts';
import { checkPorts } from './check-ports.ts';
import { checkReservations } from './check-reservations.ts';
import { checkVolumes } from './check-volumes.ts';
import { type Finding, inOrder } from './finding.ts';
import type { PreflightInput } from './preflight-input.ts';

const CHECKS: ((input: PreflightInput) => Finding[])[] = [
  checkPorts,
  checkNames,
  checkExternal,
  checkImages,
  checkPlacement,
  checkReservations,
  checkBinds,
  checkVolumes,
  checkManagers,
];

/** Holds a stack against the lab that it is to run in: what would stop it, and what its owner should know. */
export function preflight(input: PreflightInput): Finding[] {
  return inOrder(CHECKS.flatMap((check) => check(input)));
}
