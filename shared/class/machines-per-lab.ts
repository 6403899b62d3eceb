import { layOut } from '../lab/lab-layout.ts';
import type { Catalogue } from '../lab/template.ts';
import type { ClassSpec } from './class.ts';
import { layoutOf } from './new-class-lab.ts';

/** How many machines each lab of a class has; one where its template has left the catalogue. */
export function machinesPerLab(
  catalogue: Pick<Catalogue, 'templates'>,
  spec: Pick<ClassSpec, 'template' | 'machines'>,
): number {
  const template = catalogue.templates.get(spec.template);
  return template === undefined ? 1 : layOut(template, layoutOf(spec)).length;
}
