import { SlipwayError } from '../../core/errors.ts';
import { guess } from '../../core/nearest.ts';
import type { Node } from '../../ports/engine.ts';

/**
 * A node by its host name or id. Of several under one name the one that is there: a machine that was made anew has left its
 * former node behind.
 * @throws SlipwayError `not_found`, with the nearest name.
 */
export function findNode(nodes: Node[], nameOrId: string): Node {
  const named = nodes.filter(({ Description }) => Description.Hostname === nameOrId);
  const node =
    nodes.find(({ ID }) => ID === nameOrId) ??
    named.find(({ Status }) => Status.State === 'ready') ??
    named[0];
  if (node !== undefined) return node;
  const names = nodes.map(({ Description }) => Description.Hostname);
  throw new SlipwayError(
    'not_found',
    `there is no node "${nameOrId.slice(0, 64)}"; ${guess(nameOrId, names)}there are: ${names.join(', ')}`,
  );
}
