import { refuse } from './by-kind.ts';

/** swarmkit, manager/constraint/constraint.go: operators are looked for in this order. */
const OPERATORS = ['==', '!='];
const KEY = /^[a-z_][a-z0-9\-_.]+$/i;
const VALUE = /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i;

/** Tells what keeps a swarm from reading a placement constraint. */
export function refuseConstraint(constraint: string, context: { issues: unknown[] }): void {
  const operator = OPERATORS.find((candidate) => constraint.includes(candidate));
  if (operator === undefined) {
    refuse(
      context,
      [],
      `must be such as node.role == manager or node.labels.disk != ssd, not "${constraint}"`,
    );
    return;
  }
  const at = constraint.indexOf(operator);
  const key = constraint.slice(0, at).trim();
  const value = constraint.slice(at + operator.length).trim();
  if (!KEY.test(key))
    refuse(context, [], `"${key}" is nothing that a node has: write node.role, node.labels.x`);
  if (!VALUE.test(value)) refuse(context, [], `"${value}" has characters that no swarm compares`);
}
