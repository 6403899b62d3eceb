import type { StackSource } from '../../lab/stack-source.ts';
import { readEnvFile } from './env-file.ts';
import type { ComposeService } from './service.ts';
import { findSourceFile } from './source-files.ts';
import { lookUp } from './substitute.ts';

/**
 * A service's environment: its env files one after the other, then `environment` over them. A name with no value or an
 * empty one takes that of the variables that came with the request, where there is one; else it stays as it is.
 */
export function resolveEnvironment(
  { env_file = [], environment = {} }: ComposeService,
  source: StackSource,
): Record<string, string | null> {
  const resolved = new Map<string, string | null>();
  for (const written of env_file) {
    const found = findSourceFile(source, written);
    if (found.kind !== 'file') continue;
    const { values } = readEnvFile(Buffer.from(found.base64, 'base64'), source.variables);
    for (const [key, value] of values) resolved.set(key, value);
  }
  for (const [key, value] of Object.entries(environment)) resolved.set(key, value);
  for (const [key, value] of resolved) {
    if (value === null || value === '') resolved.set(key, lookUp(key, source.variables) ?? value);
  }
  return Object.fromEntries(resolved);
}
