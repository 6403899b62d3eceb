import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';

const POLICIES = ['no', 'always', 'on-failure', 'unless-stopped'];

/** The old `restart`, which a swarm understands where there is no `deploy.restart_policy`. */
export interface Restart {
  policy: string;
  attempts: number;
}

export const RestartText = byKind({ text: z.string() });

/** @throws Error in words */
export function readRestart(text: string): Restart {
  const [policy = '', attempts = ''] = text.split(/:(.*)/s);
  if (policy === '' && text !== '') throw new Error('has no policy before its colon');
  if (policy !== '' && !POLICIES.includes(policy)) {
    throw new Error(`must be ${POLICIES.slice(0, -1).join(', ')} or ${POLICIES.at(-1)}, not "${policy}"`);
  }
  if (attempts !== '' && !/^(?:\+?\d{1,15}|-0+)$/.test(attempts)) {
    throw new Error(
      `must have a whole number of attempts after its colon, none below zero, not "${attempts}"`,
    );
  }
  return { policy, attempts: Number(attempts || 0) };
}

/** Told where it counts: beside a `deploy.restart_policy` the CLI does not look at it. */
export function refuseRestart(
  service: { restart?: string | undefined; deploy: { restart_policy?: unknown } },
  context: { issues: unknown[] },
): void {
  if (service.restart === undefined || service.deploy.restart_policy !== undefined) return;
  try {
    readRestart(service.restart);
  } catch (error) {
    refuse(context, ['restart'], (error as Error).message);
  }
}
