import { BlockList, isIP } from 'node:net';
import type { Node } from '../ports/engine.ts';

export interface Constraint {
  /** What a node is asked: `node.role`, `node.labels.disk` … */
  key: string;
  equal: boolean;
  wanted: string;
}

/** swarmkit, manager/constraint/constraint.go: `==` is looked for first. */
export function readConstraint(written: string): Constraint {
  const operator = ['==', '!='].find((each) => written.includes(each)) ?? '==';
  const at = written.indexOf(operator);
  if (at < 0) return { key: written.trim(), equal: true, wanted: '' };
  return {
    key: written.slice(0, at).trim(),
    equal: operator === '==',
    wanted: written.slice(at + operator.length).trim(),
  };
}

/** Does a node meet all of a service's placement constraints, as swarmkit's NodeMatches has it? */
export function meetsConstraints(node: Node, constraints: string[]): boolean {
  return constraints.every((constraint) => meetsConstraint(node, readConstraint(constraint)));
}

/** Does it take tasks at all? */
export function takesTasks({ Spec, Status }: Node): boolean {
  return Spec.Availability === 'active' && Status.State === 'ready';
}

function meetsConstraint(node: Node, { key, equal, wanted }: Constraint): boolean {
  if (key.toLowerCase() === 'node.ip') return matchesAddress(node.Status.Addr, wanted, equal);
  const actual = factOf(node, key);
  // Nothing that a swarm compares: no node meets it, whichever the operator.
  if (actual === undefined) return false;
  return (actual.toLowerCase() === wanted.toLowerCase()) === equal;
}

/** What a node has for a constraint's key; empty where it lacks it, undefined where no node could have it. */
export function factOf({ ID, Description, Spec, Status }: Node, key: string): string | undefined {
  const [, kind, label = ''] = /^(node|engine)\.labels\.(.+)$/i.exec(key) ?? [];
  // The label itself is as it is written, in capitals or not.
  if (kind?.toLowerCase() === 'node') return Spec.Labels[label] ?? '';
  if (kind !== undefined) return Description.Engine.Labels[label] ?? '';
  const facts: Record<string, string> = {
    'node.id': ID,
    'node.hostname': Description.Hostname,
    'node.role': Spec.Role,
    'node.ip': Status.Addr,
    'node.platform.os': Description.Platform.OS,
    'node.platform.arch': Description.Platform.Architecture,
  };
  return facts[key.toLowerCase()];
}

/** An address or a range of them; what is neither no node meets. */
function matchesAddress(address: string, wanted: string, equal: boolean): boolean {
  const [base = '', length] = wanted.split('/');
  const kind = isIP(base);
  if (kind === 0) return false;
  const family = kind === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  if (length === undefined) list.addAddress(base, family);
  else if (/^\d{1,3}$/.test(length) && Number(length) <= (kind === 4 ? 32 : 128))
    list.addSubnet(base, Number(length), family);
  else return false;
  return (isIP(address) === kind && list.check(address, family)) === equal;
}
