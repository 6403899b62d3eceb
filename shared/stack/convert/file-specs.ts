import type { SwarmFileSpec } from '../../ports/engine.ts';
import { givenName, isExternal, type MaybeExternal } from '../compose/external.ts';
import type { ReadStack } from '../compose/read-compose.ts';
import { findSourceFile } from '../compose/source-files.ts';
import type { ComposeConfig, ComposeSecret } from '../compose/swarm-files.ts';
import { labelled, scoped } from './stack-names.ts';
import { withoutUnset } from './without-unset.ts';

/** A secret's or config's name in the swarm. */
export function fileName(stack: string, name: string, thing: MaybeExternal | undefined): string {
  return (thing && givenName(thing)) ?? (isExternal(thing) ? name : scoped(stack, name));
}

/** The file's own secrets, used or not. */
export function secretSpecs(stack: string, read: ReadStack): SwarmFileSpec[] {
  return Object.entries(read.file.secrets)
    .filter(([, secret]) => !isExternal(secret))
    .map(([name, secret]) =>
      secret.driver
        ? withoutUnset({
            ...common(stack, name, secret),
            Driver: withoutUnset({ Name: secret.driver, Options: secret.driver_opts }),
          })
        : { ...common(stack, name, secret), Data: dataOf(secret.file, read) },
    );
}

/** The file's own configs, used or not. */
export function configSpecs(stack: string, read: ReadStack): SwarmFileSpec[] {
  return Object.entries(read.file.configs)
    .filter(([, config]) => !isExternal(config))
    .map(([name, config]) => ({ ...common(stack, name, config), Data: dataOf(config.file, read) }));
}

function common(stack: string, name: string, thing: ComposeSecret | ComposeConfig): SwarmFileSpec {
  return withoutUnset({
    Name: fileName(stack, name, thing),
    Labels: labelled(stack, thing.labels),
    Templating: thing.template_driver ? { Name: thing.template_driver } : undefined,
  });
}

function dataOf(written: string | undefined, { source }: ReadStack): string {
  const found = findSourceFile(source, written ?? '');
  // Reading has made sure of it.
  if (found.kind !== 'file') throw new Error(`${written} did not come along`);
  return found.base64;
}
