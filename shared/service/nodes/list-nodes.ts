import type { Page } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { type PageQuery, pageOf } from '../page-of.ts';
import { inOurWords } from '../swarm/engine-words.ts';
import { openSwarm, type SwarmDeps } from '../swarm/open-swarm.ts';
import { findNode } from './find-node.ts';
import { type NodeView, viewNode } from './node-view.ts';

/** A page of a lab's nodes by host name, as its managers see them now. */
export async function listNodes(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
  query: PageQuery,
): Promise<Page<NodeView>> {
  const { engine } = await openSwarm(deps, caller, labId);
  const nodes = (await inOurWords(engine.nodes())).map(viewNode);
  return pageOf(nodes, ({ hostname, id }) => `${hostname} ${id}`, query);
}

/** @param node its host name or id. @throws SlipwayError `not_found` */
export async function getNode(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
  node: string,
): Promise<NodeView> {
  const { engine } = await openSwarm(deps, caller, labId);
  return viewNode(findNode(await inOurWords(engine.nodes()), node));
}
