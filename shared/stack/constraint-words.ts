import type { Node } from '../ports/engine.ts';
import { factOf, meetsConstraints, readConstraint } from './constraints.ts';

/** More would be a list, and no sentence. */
const MOST_NAMES = 4;

/**
 * Why no node meets all of these constraints, and what to do: which of them, and what the nodes have instead.
 * Undefined where some node does.
 */
export function unmetWords(constraints: string[], nodes: Node[]): string | undefined {
  if (nodes.length === 0 || nodes.some((node) => meetsConstraints(node, constraints))) return undefined;
  const unmet = constraints.filter((each) => !nodes.some((node) => meetsConstraints(node, [each])));
  if (unmet.length > 0) return unmet.map((constraint) => oneUnmet(constraint, nodes)).join('; ');
  const each = constraints.map((constraint) => {
    const meeting = nodes.filter((node) => meetsConstraints(node, [constraint]));
    return `${constraint} is met by ${namesOf(meeting)}`;
  });
  return `no node meets all of them: ${each.join(', ')}`;
}

function oneUnmet(constraint: string, nodes: Node[]): string {
  const { key, equal, wanted } = readConstraint(constraint);
  const told = `no node meets ${constraint}`;
  if (nodes.every((node) => factOf(node, key) === undefined)) {
    return `${told}: nodes have no ${key}; ask for node.role, node.hostname, node.labels.NAME or node.platform.arch`;
  }
  const label = /^node\.labels\.(.+)$/i.exec(key)?.[1];
  const has = haveWords(key, label, nodes);
  if (label === undefined) return `${told}: ${has}`;
  const node = nodes[0]?.Description.Hostname ?? 'NODE';
  const cure = equal
    ? `docker node update --label-add ${label}=${wanted} ${node}`
    : `docker node update --label-rm ${label} ${node}`;
  return `${told}: ${has}; to set it, ${cure}`;
}

/** What the nodes have: `m1 and m2 have manager, m3 has worker`. */
function haveWords(key: string, label: string | undefined, nodes: Node[]): string {
  const byValue = new Map<string, Node[]>();
  for (const node of nodes) {
    const value = factOf(node, key) ?? '';
    byValue.set(value, [...(byValue.get(value) ?? []), node]);
  }
  if (label !== undefined && byValue.size === 1 && byValue.has('')) return `no node has the label ${label}`;
  return [...byValue]
    .slice(0, MOST_NAMES)
    .map(
      ([value, having]) =>
        `${namesOf(having)} ${having.length === 1 ? 'has' : 'have'} ${value === '' ? 'none' : value}`,
    )
    .join(', ');
}

/** `m1`, `m1 and m2`, `m1, m2, m3, m4 and 3 more`. */
export function namesOf(nodes: Node[]): string {
  const names = nodes.map(({ ID, Description }) => Description.Hostname || ID);
  const shown = names.slice(0, MOST_NAMES);
  if (names.length > MOST_NAMES) return `${shown.join(', ')} and ${names.length - MOST_NAMES} more`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
