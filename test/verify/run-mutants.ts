import { isSlipwayError, messageOf } from '../../shared/core/errors.ts';
import { removeRest, removeServices } from './clear-stack.ts';
import { findDifferences, isMapping } from './differences.ts';
import type { VerifyFile } from './find-files.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { normalise } from './normalise.ts';
import type { Pair } from './pair.ts';
import { withSecretData } from './secret-data.ts';
import { readStackState, type StackState } from './stack-state.ts';
import {
  createObject,
  heldOf,
  inspectAlone,
  type ObjectKind,
  removeNamed,
  removeObject,
} from './swarm-objects.ts';
import { verifyFile } from './verify-file.ts';

export interface MutantResult {
  path: string;
  change: string;
  /**
   * By a difference that was told, by the engine's refusal, or not at all. `void`: no mutant, since the engine holds the
   * very same with the change as without it, such as a default that was left out.
   */
  caught: 'difference' | 'refused' | 'void' | 'no';
}

/** The CLI's side, and what makes ours one like it. */
interface Base {
  pair: Pair;
  file: VerifyFile;
  stack: string;
  theirs: StackState;
}

export type ChooseMutants = <T>(mutants: Mutant<T>[], kind: ObjectKind) => Mutant<T>[];

/**
 * Deploys a file by both hands, then each thing that ours asked for again with one change in it, alone in the place of
 * the right one, and looks whether the comparison tells. The right one is looked at first: it must be the same.
 * @throws Error where the file itself does not come out the same
 */
export async function runMutants(
  pair: Pair,
  file: VerifyFile,
  stack: string,
  choose: ChooseMutants,
): Promise<MutantResult[]> {
  const verdict = await verifyFile(pair, file, stack);
  if (verdict.asked === undefined || verdict.differences.length > 0) {
    const [first] = verdict.differences;
    throw new Error(`it is no base for mutants, not being the same (${first?.path ?? 'refused'})`);
  }
  const { state, names } = await readStackState(pair.theirs.http, stack);
  const base = { pair, file, stack, theirs: await complete(pair.theirs.http, file, state, names.ids) };
  const { services, ...others } = verdict.asked;
  const results = await Promise.all(
    services.map((spec) => runOne(base, 'services', spec, choose(mutantsOf(spec), 'services'))),
  );
  // What services hang on can be replaced once they are gone.
  await removeServices(pair.ours.http, stack);
  await removeRest(pair.ours.http, stack);
  for (const kind of ['networks', 'configs', 'secrets'] as const) {
    for (const spec of others[kind]) {
      results.push(await runOne(base, kind, spec, choose(mutantsOf<object>(spec), kind)));
    }
  }
  return results.flat();
}

async function runOne<T extends object>(
  base: Base,
  kind: ObjectKind,
  spec: T & { Name: string },
  mutants: Mutant<T>[],
): Promise<MutantResult[]> {
  const { http } = base.pair.ours;
  await removeNamed(http, kind, spec.Name);
  const right = await tryOne(base, kind, spec.Name, spec);
  if (right.caught !== 'no') throw new Error(`${spec.Name} itself is told to differ: ${right.told}`);
  const results: MutantResult[] = [];
  for (const { path, change, value } of mutants) {
    const { caught, held } = await tryOne(base, kind, spec.Name, value);
    // No engine shows a secret's data, so that it seems to be the same with any.
    const isVoid = caught === 'no' && held === right.held && path !== 'Data';
    results.push({ path: `${kind}.${spec.Name}.${path}`, change, caught: isVoid ? 'void' : caught });
  }
  return results;
}

/** Makes one, compares it with the CLI's of the right name, and removes it. */
async function tryOne(
  { pair, file, stack, theirs }: Base,
  kind: ObjectKind,
  name: string,
  spec: object,
): Promise<{ caught: 'difference' | 'refused' | 'no'; held: string; told: string }> {
  const { http } = pair.ours;
  let id: string;
  try {
    id = await createObject(http, kind, spec);
  } catch (error) {
    // Docker 20.10 breaks the connection off where it stumbles, such as over a service of no kind.
    const isStumble = isSlipwayError(error, 'engine_unreachable') && /hang up/.test(error.message);
    if (isStumble || isSlipwayError(error, 'engine_refused'))
      return { caught: 'refused', held: '', told: messageOf(error) };
    throw error;
  }
  try {
    const seen = await inspectAlone(http, kind, id, name);
    const { ids } = (await readStackState(http, stack)).names;
    const state = await complete(http, file, seen, ids);
    const told = findDifferences(comparable(theirs[kind][name]), comparable(state[kind][name]));
    const caught = told.length > 0 ? 'difference' : 'no';
    return { caught, held: heldOf(kind, seen[kind][name], spec), told: JSON.stringify(told) };
  } finally {
    await removeObject(http, kind, id);
  }
}

/** Without the endpoint, which the swarm fills in a moment later: that must not be what catches a mutant. */
function comparable(object: unknown): unknown {
  if (!isMapping(object)) return object;
  const { Endpoint: _, ...rest } = object;
  return rest;
}

async function complete(
  http: Pair['ours']['http'],
  { source }: VerifyFile,
  state: StackState,
  ids: Map<string, string>,
): Promise<StackState> {
  const written = [source.compose, ...Object.values(source.variables)].join('\n');
  const secrets = await withSecretData(http, state.secrets, source.files);
  return normalise({ ...state, secrets }, { ids, written, isSecondDeploy: true });
}
