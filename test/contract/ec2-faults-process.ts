import { learnedImage } from '../../functions/reconcile/learned-image.ts';
import { type AmazonEc2, composeAmazonEc2 } from '../../shared/adapters/aws/ec2/open-driver.ts';
import { messageOf } from '../../shared/core/errors.ts';
import type { Deps } from '../../shared/ports/deps.ts';
import { reconcileLab } from '../../shared/reconcile/reconcile-lab.ts';
import { sweep } from '../../shared/reconcile/sweep.ts';
import { dyingEc2Client, ec2Settings, mortality } from '../support/ec2-ground.ts';
import type { Ec2School } from '../support/ec2-school.ts';
import { DEATH } from './ec2-faults-ground.ts';

type Lives = ReturnType<typeof mortality>;

/** One Lambda environment, all of whose calls outside are steps of its life. */
function openProcess(school: Ec2School, lives: Lives): { deps: Deps; ec2: AmazonEc2 } {
  const { paces, sightings, holdings, account } = school.stores;
  const ec2 = composeAmazonEc2({
    ec2: dyingEc2Client(school.fake, lives),
    stores: {
      paces: mortal(paces, lives),
      sightings: mortal(sightings, lives),
      holdings: mortal(holdings, lives),
      account: mortal(account, lives),
    },
    deployment: school.deps.policy.deployment,
    settings: ec2Settings(school.fake.region),
    findImage: learnedImage(account),
    clock: school.clock,
    log: school.deps.log,
  });
  const { labs, secrets, requests, stacks, queue, engines } = school.deps;
  const deps = {
    ...school.deps,
    driver: ec2.driver,
    labs: mortal(labs, lives),
    secrets: mortal(secrets, lives),
    requests: mortal(requests, lives),
    stacks: mortal(stacks, lives),
    queue: mortal(queue, lives),
    engines: {
      of: async (...machine: Parameters<typeof engines.of>) => mortal(await engines.of(...machine), lives),
      forget: () => undefined,
    },
  };
  return { deps, ec2 };
}

/** Every method is a step. */
function mortal<Target extends object>(target: Target, lives: Lives): Target {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      if (name === 'watch' || name === 'describe') return value.bind(object);
      return (...given: unknown[]) => lives(async () => value.apply(object, given));
    },
  });
}

/**
 * Has one process work off the school's messages until it dies, and another from then on.
 * @returns did it die?
 */
export function dieAfter(school: Ec2School, steps: number): () => boolean {
  let process = openProcess(school, mortality(steps));
  let isDead = false;
  school.queue.consume(async (message) => {
    try {
      if ('task' in message) await sweep(process.deps);
      else {
        const labId =
          'labId' in message ? message.labId : await process.ec2.labOfInstance(message.instanceId);
        if (labId !== undefined) await reconcileLab(process.deps, labId);
      }
    } catch (error) {
      isDead ||= messageOf(error) === DEATH;
      process = openProcess(school, mortality(Number.POSITIVE_INFINITY));
      throw error;
    }
  });
  return () => isDead;
}
