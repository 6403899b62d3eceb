import { kindOf } from './by-kind.ts';
import { matchingPaths, valueAt } from './matching-paths.ts';
import { readMountSource } from './mount-source.ts';
import type { FileIssue } from './yaml-file.ts';

/** Where a service names what a top-level section declares: the name itself, or what has it. */
const REFERENCES: [pattern: string, section: string, nameOf: (found: unknown) => unknown][] = [
  ['services.*.networks.[]', 'networks', (name) => name],
  ['services.*.volumes.[]', 'volumes', (mount) => readMountSource(mount, 'volume') || undefined],
  ['services.*.secrets.[]', 'secrets', sourceOf],
  ['services.*.configs.[]', 'configs', sourceOf],
  ['services.*.credential_spec.config', 'configs', (name) => name || undefined],
];

/** Tells each thing that a service names and no top-level section declares, whatever else is wrong with the file. */
export function checkDeclared(data: unknown): FileIssue[] {
  const inMappings = matchingPaths(data, 'services.*.networks.{}.*').map((path) => ({
    path,
    section: 'networks',
    name: path.at(-1),
  }));
  const named = REFERENCES.flatMap(([pattern, section, nameOf]) =>
    matchingPaths(data, pattern).map((path) => ({ path, section, name: nameOf(valueAt(data, path)) })),
  );
  return [...inMappings, ...named].flatMap(({ path, section, name }) => {
    if (typeof name !== 'string' || isDeclared(data, section, name)) return [];
    if (name === '') return [{ path, message: 'names nothing: give it a source' }];
    const message = `names the ${section.slice(0, -1)} ${name}, which the top-level ${section} do not declare`;
    return [{ path, message }];
  });
}

function isDeclared(data: unknown, section: string, name: string): boolean {
  if (section === 'networks' && name === 'default') return true;
  const declared = valueAt(data, [section]);
  return kindOf(declared) === 'mapping' && Object.hasOwn(declared as object, name);
}

function sourceOf(reference: unknown): unknown {
  if (kindOf(reference) !== 'mapping') return reference;
  return valueAt(reference, ['source']) ?? '';
}
