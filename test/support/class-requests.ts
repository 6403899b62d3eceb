import type { Answer, World } from './world.ts';

/** A class on Monday evenings in São Paulo, a week after START; 19:00 there is 22:00 UTC. */
export function aClassRequest(more: object = {}): object {
  return {
    name: 'docker-2026',
    template: 'swarm',
    roster: [{ email: 'ana@example.org', name: 'Ana' }, { email: 'bob@example.org' }],
    sessions: [{ start: '2026-03-09T19:00', duration: 'PT2H', weekly: true, until: '2026-04-20' }],
    timeZone: 'America/Sao_Paulo',
    ...more,
  };
}

/** Asks as the instructor `ines`. */
export function asInstructor(world: World, subject = 'ines') {
  return (method: string, path: string, more: object = {}): Promise<Answer> =>
    world.ask(method, `/v1/classes${path}`, { as: 'instructor', subject, ...more });
}

/** Ids that are woken from now on. */
export function watchWakes({ deps: { queue } }: World): string[] {
  const woken: string[] = [];
  const real = queue.enqueue.bind(queue);
  queue.enqueue = async (id, afterSeconds) => {
    woken.push(id);
    await real(id, afterSeconds);
  };
  return woken;
}
