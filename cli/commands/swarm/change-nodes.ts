import { randomUUID } from 'node:crypto';
import type { Client } from '../../../client/client.ts';
import type { Node } from '../../../client/operations.ts';
import { command } from '../../command.ts';
import { UsageError } from '../../errors.ts';
import { withForceNamed } from '../../quorum.ts';

type Verb = 'promote' | 'demote' | 'drain' | 'activate' | 'pause';

const CALLS = {
  promote: 'promoteNode',
  demote: 'demoteNode',
  drain: 'drainNode',
  activate: 'activateNode',
  pause: 'pauseNode',
} as const satisfies Record<Verb, keyof Client>;

/** Docker's own sentences where it has one. */
const SAID: Record<Verb, (node: string) => string> = {
  promote: (node) => `Node ${node} promoted to a manager in the swarm.`,
  demote: (node) => `Manager ${node} demoted in the swarm.`,
  drain: (node) => `Node ${node} drained: its tasks move to other nodes.`,
  activate: (node) => `Node ${node} is active again.`,
  pause: (node) => `Node ${node} is paused: it gets no new tasks.`,
};

export const nodePromote = verbCommand('promote', 'Make workers managers');
export const nodeDemote = verbCommand('demote', 'Make managers workers');
export const nodeDrain = verbCommand('drain', 'Move all tasks off nodes');
export const nodeActivate = verbCommand('activate', 'Let nodes have tasks again');
export const nodePause = verbCommand('pause', 'Give nodes no new tasks');

function verbCommand(verb: Verb, summary: string) {
  return command({
    name: `node ${verb}`,
    takes: ['NODE...'],
    flags: { force: { short: 'f', says: 'Even where the swarm loses its majority of managers' } },
    summary,
    example: `slipway node ${verb} LINUXtips-03`,
    async run({ words, flags }, context) {
      const api = await context.api();
      const lab = await context.lab();
      const force = flags.force ? ('true' as const) : ('false' as const);
      const changed: Node[] = [];
      // One after the other: each counts for the next one's majority.
      for (const node of words) {
        const input = { lab: lab.id, node, query: { force }, idempotencyKey: randomUUID() };
        const now = await withForceNamed(api[CALLS[verb]](input));
        changed.push(now);
        if (!context.json) context.print(SAID[verb](now.hostname));
        if (now.warning !== undefined) context.note(now.warning);
      }
      if (context.json) context.answer(changed, () => '');
    },
  });
}

export const nodeLabel = command({
  name: 'node label',
  takes: ['NODE', 'KEY=VALUE...'],
  flags: {},
  summary: 'Set labels of a node; KEY- takes one off',
  example: 'slipway node label LINUXtips-02 disk=ssd',
  async run({ words: [node = '', ...labels] }, context) {
    const wanted = Object.fromEntries(labels.map(readLabel));
    const api = await context.api();
    const lab = await context.lab();
    const now = await api.labelNode({
      lab: lab.id,
      node,
      body: { labels: wanted },
      idempotencyKey: randomUUID(),
    });
    const told = Object.entries(now.labels).map(([key, value]) => `${key}=${value}`);
    context.answer(now, () => `${now.hostname}: ${told.length === 0 ? 'no labels' : told.join(', ')}\n`);
  },
});

export const nodeRm = command({
  name: 'node rm',
  takes: ['NODE...'],
  flags: { force: { short: 'f', says: 'Also nodes that are up' } },
  summary: 'Let the swarm forget nodes; their machines stay',
  example: 'slipway node rm LINUXtips-03',
  async run({ words, flags }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const query = { force: flags.force ? ('true' as const) : ('false' as const) };
    for (const node of words) {
      await api.removeNode({ lab: lab.id, node, query, idempotencyKey: randomUUID() });
      if (!context.json) context.print(node);
    }
    if (context.json)
      context.answer(
        words.map((name) => ({ name, removed: true })),
        () => '',
      );
  },
});

function readLabel(text: string): [string, string | null] {
  const [, gone] = /^([^=]+)-$/.exec(text) ?? [];
  if (gone !== undefined) return [gone, null];
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new UsageError(`"${text}" must be KEY=VALUE, or KEY- to take it off`);
  return [key, value];
}
