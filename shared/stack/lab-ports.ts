import type { LabSpec, LabStatus } from '../lab/lab.ts';
import type { Catalogue } from '../lab/template.ts';
import { type ReadStack, readCompose } from './compose/read-compose.ts';
import { publishedPorts } from './published-ports.ts';

/** The catalogue's stacks that a lab is made with, read. */
export function catalogueStacksOf(catalogue: Catalogue, spec: Pick<LabSpec, 'stacks'>): ReadStack[] {
  return spec.stacks.flatMap(({ from, source }) => {
    const entry = source === undefined ? catalogue.stacks.get(from ?? '') : undefined;
    return entry === undefined ? [] : [readCompose(entry.source)];
  });
}

/** The ports to be opened: what the template's stacks publish, and those that were deployed since, each once, in order. */
export function labPorts(
  catalogue: Catalogue,
  spec: Pick<LabSpec, 'stacks'>,
  status: Pick<LabStatus, 'stacks'>,
): number[] {
  const ports = [
    ...catalogueStacksOf(catalogue, spec).flatMap(publishedPorts),
    ...status.stacks.flatMap(({ published = [] }) => published.map(({ port }) => port)),
  ];
  return [...new Set(ports)].sort((a, b) => a - b);
}
