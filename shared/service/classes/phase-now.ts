import type { ClassLab } from '../../class/class-lab.ts';

interface PhaseWords {
  phase: string;
  percent: number;
  problem?: string;
  reason?: string;
}

/**
 * A lab's phase as it is by now: what was told of it, but for what time alone changes and nobody tells, because that would be
 * a write for each lab of a class at the stroke of the bell.
 */
export function phaseNow(lab: ClassLab, now: number): PhaseWords {
  const { phase, percent } = lab;
  const told = {
    phase,
    percent,
    ...(lab.problem === undefined ? {} : { problem: lab.problem }),
    ...(lab.reason === undefined ? {} : { reason: lab.reason }),
  };
  if (phase === 'failed' || phase === 'deleted') return told;
  if (now >= Date.parse(lab.expiresAt)) {
    return {
      phase: 'deleting',
      percent,
      reason: 'Expired',
      problem: `expired at ${lab.expiresAt}, and goes down`,
    };
  }
  const { startsAt } = lab;
  if (startsAt === undefined || now < Date.parse(startsAt)) return told;
  // Its moment has come since it was told that it waits for it.
  const stoppedBefore = phase === 'stopped' && Date.parse(lab.usage.since) < Date.parse(startsAt);
  if (lab.reason !== 'Scheduled' && !stoppedBefore) return told;
  const problem = `its moment was ${startsAt}; it is being started`;
  return { phase: phase === 'stopped' ? 'starting' : phase, percent, reason: 'Starting', problem };
}
