import { randomUUID } from 'node:crypto';
import type { Answer, Client } from '../../../client/client.ts';
import type { Lab, StackPlan } from '../../../client/operations.ts';
import { command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { EXIT, Failure } from '../../errors.ts';
import { followLab, lastEvent } from '../../follow-lab.ts';
import { SOURCE_FLAGS, stackSource } from '../../stack-source.ts';

export const stackPlan = command({
  name: 'stack plan',
  takes: ['STACK'],
  flags: SOURCE_FLAGS,
  summary: 'Tell what a deploy would find, and change nothing',
  example: 'slipway stack plan -c docker-compose.yml primeiro',
  async run({ words: [stack = ''], flags }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const source = await stackSource(context, stack, flags);
    const answer = await api.putStack({ lab: lab.id, stack, ...source, query: { plan: 'true' } });
    const plan = planOf(answer);
    context.answer(plan, () => planText(plan, flags['compose-file']));
    return plan.deployable ? EXIT.done : EXIT.failed;
  },
});

export const stackDeploy = command({
  name: 'stack deploy',
  takes: ['STACK'],
  flags: {
    ...SOURCE_FLAGS,
    prune: { says: 'Remove services that have gone from the file' },
    detach: { short: 'd', says: 'Do not wait until it runs' },
  },
  summary: 'Deploy a stack, or update it in place',
  example: 'slipway stack deploy -c docker-compose.yml primeiro\nslipway stack deploy voting-app',
  async run({ words: [stack = ''], flags }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const source = await stackSource(context, stack, flags);
    const after = await lastEvent(api, lab.id);
    const query = { prune: flags.prune ? ('true' as const) : ('false' as const) };
    const answer = await api.putStack({ lab: lab.id, stack, ...source, query, idempotencyKey: randomUUID() });
    const plan = planOf(answer);
    if (!context.json) context.terminal.err(findingsText(plan, flags['compose-file']));
    if (flags.detach) {
      context.answer(answer, () => `Stack ${stack} is being deployed: ${plan.services.join(', ')}\n`);
      return;
    }
    // Only its student can form one, and may be long about it.
    if (plan.swarmNote !== undefined && lab.machines.every(({ role }) => role === 'none')) {
      context.answer(answer, () => `Stack ${stack} is deployed once the lab has a swarm\n`);
      return;
    }
    await awaitConverged(context, api, { lab, stack, after });
  },
});

/** What a lab's timeline tells of its end. */
const ENDS = ['Deleting', 'Expired', 'Deleted'];

/** @throws Failure where it had its time and did not come up, with what keeps each service; where its lab goes. */
async function awaitConverged(
  context: Context,
  api: Client,
  { lab, stack, after }: { lab: Lab; stack: string; after: number },
): Promise<void> {
  let told = '';
  const found = await followLab({ api, terminal: context.terminal, lab: lab.id }, after, async (news) => {
    const end = news.find(({ type }) => ENDS.includes(type));
    if (end !== undefined) throw new Failure(`lab ${lab.name} is going away: ${end.message}`);
    const words = news.filter(
      ({ type, message }) => type === 'StackDeployed' && message.startsWith(`stack ${stack} `),
    );
    if (!context.json) for (const { message } of words) context.print(message);
    const now = await api.getStack({ lab: lab.id, stack });
    const line = now.services.map(({ name, running, desired }) => `${name} ${running}/${desired}`).join(', ');
    if (line !== told && line !== '' && !context.json) context.print(line);
    told = line;
    return now.state === 'converged' || now.state === 'late' ? now : undefined;
  });
  context.answer(found, () => found.links.map(({ label, url }) => `${label}: ${url}\n`).join(''));
  if (found.state === 'converged') return;
  const reasons = found.services.filter(({ running, desired }) => running < desired);
  throw new Failure(
    reasons.map(({ name, problem, error }) => `${name}: ${problem ?? error ?? 'not up'}`).join('\n'),
  );
}

function planOf(answer: Answer<'putStack'>): StackPlan {
  return 'plan' in answer ? answer.plan : answer;
}

function planText(plan: StackPlan, file: string | undefined): string {
  const { services, networks, secrets, configs, deployable } = plan;
  const parts = Object.entries({ services, networks, secrets, configs }).filter(
    ([, names]) => names.length > 0,
  );
  return [
    ...parts.map(([what, names]) => `${what}: ${names.join(', ')}\n`),
    findingsText(plan, file),
    deployable ? 'It can be deployed.\n' : 'It cannot be deployed like this.\n',
  ].join('');
}

/** What the API calls the file that was sent. */
const SENT_AS = 'compose.yml';

function findingsText({ findings, swarmNote }: StackPlan, file: string | undefined): string {
  const lines = findings.map(({ level, place, pointer, message }) => {
    const named = place?.file === SENT_AS && file !== undefined && file !== '-' ? file : place?.file;
    const where = place === undefined ? pointer : `${named}:${place.line}:${place.column}`;
    return `${level}: ${where === '' ? '' : `${where}: `}${message}\n`;
  });
  return [...lines, ...(swarmNote === undefined ? [] : [`note: ${swarmNote}\n`])].join('');
}
