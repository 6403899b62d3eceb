import type { Node } from '../ports/engine.ts';

const CONSTRAINT = /^\s*([\w.-]+)\s*(==|!=)\s*(.*?)\s*$/;

/**
 * Does a node meet a service's placement constraints? One on a fact that a node's description here lacks (platform,
 * engine labels) counts as met: the tasks themselves will tell.
 */
export function meetsConstraints(node: Node, constraints: string[]): boolean {
  return constraints.every((constraint) => {
    const [, key = '', operator, wanted = ''] = CONSTRAINT.exec(constraint) ?? [];
    const actual = factOf(node, key);
    if (actual === undefined) return true;
    return (actual.toLowerCase() === wanted.toLowerCase()) === (operator === '==');
  });
}

function factOf({ ID, Description, Spec, Status }: Node, key: string): string | undefined {
  const label = /^node\.labels\.(.+)$/i.exec(key)?.[1];
  // A label that a node lacks is an empty one to the swarm.
  if (label !== undefined) return Spec.Labels[label] ?? '';
  const facts: Record<string, string> = {
    'node.id': ID,
    'node.hostname': Description.Hostname,
    'node.role': Spec.Role,
    'node.ip': Status.Addr,
  };
  return facts[key.toLowerCase()];
}
