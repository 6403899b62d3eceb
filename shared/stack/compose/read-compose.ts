import type { FilePlace } from '../../core/errors.ts';
import type { StackSource } from '../../lab/stack-source.ts';
import type { Remark } from '../remark.ts';
import { checkFiles } from './check-files.ts';
import { checkVersion } from './check-version.ts';
import { ComposeFile } from './compose-file.ts';
import { checkDeclared } from './declared.ts';
import { resolveEnvironment } from './environment.ts';
import { interpolate } from './interpolate.ts';
import { remarksOn } from './remarks.ts';
import type { ComposeService } from './service.ts';
import { readYamlFile } from './yaml-file.ts';

/** A Compose file as read, with all that it refers to. */
export interface ReadStack {
  file: ComposeFile;
  /** What in it does nothing. */
  remarks: Remark[];
  /** Where the thing at a path is, or the nearest thing around it. */
  placeOf(path: PropertyKey[]): FilePlace | undefined;
  source: StackSource;
}

/** The catalogue does not change while a server runs, and every look at a lab, every plan and every deploy asks. */
const known = new WeakMap<StackSource, ReadStack>();

/**
 * Reads a Compose file of version 3, once for each source. What it refers to comes from the source alone: its files, its
 * variables.
 * @returns the same for the same source: its file is frozen.
 * @throws SlipwayError `invalid_input` with every error at once, each with its file, line and column; `too_large`
 */
export function readCompose(source: StackSource): ReadStack {
  const read = known.get(source) ?? readAnew(source);
  known.set(source, read);
  return read;
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}

function readAnew(source: StackSource): ReadStack {
  const yaml = readYamlFile(source.compose);
  const { data, problems } = interpolate(yaml.data, source.variables);
  if (data === undefined) throw yaml.refuse(problems);
  const parsed = ComposeFile.safeParse(data);
  const issues = [
    ...problems,
    // What a variable made of a value is told once.
    ...(parsed.error?.issues ?? []).filter(
      ({ path }) => !problems.some((told) => isSamePath(told.path, path)),
    ),
    ...checkVersion(data),
    ...checkDeclared(data),
    ...checkFiles(data, source),
  ];
  if (!parsed.success || issues.length > 0) throw yaml.refuse(issues);
  const services = Object.entries(parsed.data.services).map(([name, service]): [string, ComposeService] => [
    name,
    { ...service, environment: resolveEnvironment(service, source) },
  ]);
  return {
    file: frozen({ ...parsed.data, services: Object.fromEntries(services) }),
    remarks: remarksOn(data, yaml),
    placeOf: yaml.placeOf,
    source,
  };
}

function isSamePath(a: PropertyKey[], b: PropertyKey[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
