import { iso } from '../../core/clock.ts';
import { isSlipwayError, messageOf } from '../../core/errors.ts';
import { labSshKey } from '../../engine/lab-secrets.ts';
import type { Chore } from '../../lab/machine.ts';
import {
  type ChoreOrder,
  choreResultCommand,
  choreScript,
  readChoreResult,
} from '../../machine/chore-script.ts';
import { engineOf, type LiveMachine, liveMachines, type Run, tell } from '../run.ts';
import { done, listed, type Step, wait } from '../step.ts';

const LOOK_SECONDS = 1;
const HOST_SECONDS = 10;
const HOST_BYTES = 64 * 1024;
/** An upgrade gives itself 7 min; whatever has not ended by then never will. */
const CHORE_SECONDS = 600;

const TOLD: Record<Chore, { type: string; went: string; failed: string }> = {
  'regenerate-certs': {
    type: 'CertificateRegenerated',
    went: 'certificate regenerated',
    failed: 'certificate not regenerated',
  },
  provision: { type: 'Provisioned', went: 'provisioned again', failed: 'not provisioned' },
  upgrade: { type: 'EngineUpgraded', went: 'upgrade done', failed: 'upgrade failed' },
};

/**
 * Carries out each machine's last chore, once: begun through its engine, looked after until it ends, its outcome told. One
 * that fails is told and not tried again: that is its owner's to decide.
 */
export const tendMachines: Step = {
  name: 'tendMachines',
  async run(run) {
    const due = liveMachines(run).filter(({ spec, status }) => {
      const { chore } = spec;
      if (chore === undefined || status.state !== 'Running') return false;
      return status.chore?.count !== chore.count || status.chore.endedAt === undefined;
    });
    if (due.length === 0) return done();
    const words = (await Promise.all(due.map((machine) => tend(run, machine)))).filter((one) => one !== '');
    return words.length === 0 ? done() : wait(LOOK_SECONDS, 'MachinesTended', listed(words));
  },
};

/** @returns what goes on, or nothing once it is over. */
async function tend(run: Run, { spec, status }: LiveMachine): Promise<string> {
  const { deps, lab } = run;
  const { chore, name } = spec;
  if (chore === undefined) return '';
  const { publicKey } = await labSshKey(deps, lab.id);
  const order: ChoreOrder = { ...chore, attempt: status.attempt, sshPublicKey: publicKey };
  const engine = await engineOf(run, name);
  const bounds = { deadlineSeconds: HOST_SECONDS, maximumBytes: HOST_BYTES };
  if (status.chore?.count !== chore.count) {
    const script = Buffer.from(choreScript(order));
    const { exitCode, stderr } = await engine.runOnHost({ command: ['/bin/sh'], stdin: script, ...bounds });
    const startedAt = iso(deps.clock.now());
    status.chore = { count: chore.count, startedAt };
    if (exitCode !== 0) return end(run, { spec, status }, { ok: false, words: stderr.slice(-300) });
    return `${chore.verb} on ${name} begun`;
  }
  try {
    const said = await engine.runOnHost({ command: choreResultCommand(order), ...bounds });
    if (said.exitCode === 0) return end(run, { spec, status }, readChoreResult(said.stdout));
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    // The chore takes the engine away for a moment.
    deps.log.debug(
      { lab: lab.id, machine: name, reason: messageOf(error) },
      'does not tell of its chore yet',
    );
  }
  const lastedSeconds = (run.now - Date.parse(status.chore.startedAt)) / 1000;
  if (lastedSeconds > CHORE_SECONDS) {
    return end(run, { spec, status }, { ok: false, words: `it did not end within ${CHORE_SECONDS} s` });
  }
  return `${chore.verb} on ${name}`;
}

function end(run: Run, { spec, status }: LiveMachine, { ok, words }: { ok: boolean; words: string }): string {
  if (spec.chore === undefined || status.chore === undefined) return '';
  const told = TOLD[spec.chore.verb];
  status.chore = { ...status.chore, endedAt: iso(run.deps.clock.now()) };
  // Its engine may be another one now.
  delete status.engine;
  const type = ok ? told.type : 'ChoreFailed';
  tell(run, type, `${spec.name}: ${ok ? told.went : told.failed}: ${words || 'no more was said'}`);
  return '';
}
