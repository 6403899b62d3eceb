import { z } from 'zod';
import { type StackContents, stackContents } from '../../catalogue/stack-contents.ts';
import { type Catalogue, type StackEntry, StackManifest, StackParameter } from '../../lab/template.ts';
import type { Page } from '../../ports/store.ts';
import { type PageQuery, pageOf } from '../page-of.ts';

/** A stack of the catalogue, for who chooses one. */
export const CatalogueStack = z
  .object({
    name: z.string().describe('What `from` and `stacks` take'),
    description: z.string(),
    links: StackManifest.shape.links.describe('Published ports worth a click, once it is deployed'),
    parameters: z.array(StackParameter).describe('What it asks for, each with its default'),
    services: z.array(
      z.object({
        name: z.string(),
        image: z.string(),
        replicas: z.int().optional().describe('Absent: one task on every node'),
        ports: z.array(z.int()).describe('Published on the nodes'),
      }),
    ),
    images: StackManifest.shape.images.describe('Each with the day it was last known to be in its registry'),
    ports: z
      .array(z.int())
      .describe('All that it publishes: two stacks of one lab cannot publish the same port'),
    memoryMiB: z.int().describe('What its tasks together use of the lab’s memory'),
    notes: z.string().optional().describe('What differs from the course’s own file, and why'),
  })
  .meta({ id: 'CatalogueStack' });
export type CatalogueStack = z.output<typeof CatalogueStack>;

/** The catalogue does not change while a server runs. */
const known = new WeakMap<StackEntry, StackContents>();

/** A page of the catalogue's stacks, by name. */
export function listCatalogue(
  { catalogue }: { catalogue: Catalogue },
  query: PageQuery,
): Page<CatalogueStack> {
  const page = pageOf([...catalogue.stacks.values()], ({ name }) => name, query);
  return {
    ...page,
    items: page.items.map((entry) => {
      const { source: _, ...manifest } = entry;
      const contents = known.get(entry) ?? stackContents(entry);
      known.set(entry, contents);
      return { ...manifest, services: contents.services, ports: contents.ports };
    }),
  };
}
