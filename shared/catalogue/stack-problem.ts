import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { sourcePath } from '../lab/stack-source.ts';
import type { StackEntry } from '../lab/template.ts';
import { stackContents } from './stack-contents.ts';
import { problemOf } from './stack-from-catalogue.ts';

export interface StackProblem {
  /** Beside the others in the stack's folder. */
  file: string;
  reason: string;
}

/**
 * Why a stack of the catalogue could not be deployed as its manifest says, or undefined.
 * @throws SlipwayError `invalid_input` for a Compose file that cannot be converted, a missing file included.
 */
export function stackProblem(entry: StackEntry): StackProblem | undefined {
  const { images, ports } = stackContents(entry);
  return (
    linkProblem(entry, ports) ?? imageProblem(entry, images) ?? parameterProblem(entry) ?? strayProblem(entry)
  );
}

function linkProblem({ links }: StackEntry, ports: number[]): StackProblem | undefined {
  const closed = links.find(({ port }) => !ports.includes(port));
  return closed && inCompose(`publishes no port ${closed.port}, which stack.yml links to`);
}

function imageProblem({ images }: StackEntry, used: string[]): StackProblem | undefined {
  const listed = images.map(({ reference }) => reference);
  const unlisted = used.find((image) => !listed.includes(image));
  if (unlisted !== undefined) return inManifest(`does not list the image ${unlisted} of compose.yml`);
  const unused = listed.find((image, index) => !used.includes(image) || listed.indexOf(image) < index);
  return unused === undefined
    ? undefined
    : inManifest(`lists the image ${unused}, which compose.yml does not use, or twice`);
}

/** Every variable is declared, every declared one is used, and each default is a value that could be given. */
function parameterProblem({ parameters, source }: StackEntry): StackProblem | undefined {
  const used = variablesOf(textsOf(parseDocument(source.compose).contents));
  const undeclared = used.find((name) => !parameters.some((parameter) => parameter.name === name));
  if (undeclared !== undefined)
    return inManifest(`declares no parameter ${undeclared}, which compose.yml uses`);
  const unused = parameters.find(({ name }) => !used.includes(name));
  if (unused) return inManifest(`declares the parameter ${unused.name}, which compose.yml does not use`);
  for (const parameter of parameters) {
    const problem = problemOf(parameter, parameter.default ?? (parameter.required ? undefined : ''));
    if (parameter.default !== undefined && problem !== undefined) return inManifest(problem);
  }
  return undefined;
}

/** Names after a `$` that no other `$` takes its meaning from. */
function variablesOf(texts: string[]): string[] {
  const found = texts.flatMap((text) => [
    ...text.replaceAll('$$', '').matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g),
  ]);
  return [...new Set(found.flatMap(([, name]) => name ?? []))];
}

/** A file that nothing refers to is a mistake in one place or the other. */
function strayProblem({ source }: StackEntry): StackProblem | undefined {
  const words = textsOf(parseDocument(source.compose).contents).map((text) => text.split(':')[0] ?? '');
  const mentioned = new Set(words.map(sourcePath));
  const isMentioned = (path: string) =>
    [...mentioned].some((known) => known !== undefined && (path === known || path.startsWith(`${known}/`)));
  const stray = Object.keys(source.files).find((path) => !isMentioned(path));
  return stray === undefined ? undefined : { file: stray, reason: 'compose.yml does not refer to it' };
}

function textsOf(node: unknown): string[] {
  if (isScalar(node)) return typeof node.value === 'string' ? [node.value] : [];
  if (isSeq(node)) return node.items.flatMap(textsOf);
  if (isMap(node)) return node.items.flatMap(({ value }) => textsOf(value));
  return [];
}

function inCompose(reason: string): StackProblem {
  return { file: 'compose.yml', reason };
}

function inManifest(reason: string): StackProblem {
  return { file: 'stack.yml', reason };
}
