import { ApiError } from '../client/api-error.ts';
import type { Client } from '../client/client.ts';
import type { Lab } from '../client/operations.ts';
import { allPages } from './all-pages.ts';
import { Failure } from './errors.ts';

const LAB_ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** Where a lab may have been named, the strongest first. */
export interface LabNames {
  /** `--lab`, or else SLIPWAY_LAB. */
  named: string | undefined;
  /** The last used, which may have gone since. */
  last: string | undefined;
}

/**
 * The lab that a command is about: named by id, name or, by an instructor, its student; the last used, the only one.
 * @returns undefined where there is none at all.
 * @throws Failure where the one that is named is not there, or several could be meant.
 */
export async function chooseLab(api: Client, { named, last }: LabNames): Promise<Lab | undefined> {
  if (named !== undefined) {
    if (LAB_ID.test(named)) return await api.getLab({ lab: named });
    return await (named.includes('@') ? labOfStudent(api, named) : labNamed(api, named));
  }
  const kept = last === undefined ? undefined : await labIfThere(api, last);
  if (kept !== undefined) return kept;
  const labs = await liveLabs(api);
  const [only, ...others] = labs;
  if (others.length > 0) throw new Failure(`which lab? Name it with --lab or SLIPWAY_LAB: ${listed(labs)}`);
  return only;
}

/** All that are not gone, newest first. */
export async function liveLabs(api: Client): Promise<Lab[]> {
  const labs = await allPages((query) => api.listLabs({ query }));
  return labs.filter(({ phase }) => phase !== 'deleted');
}

async function labNamed(api: Client, name: string): Promise<Lab> {
  const labs = await liveLabs(api);
  const found = labs.filter((lab) => lab.name === name);
  const [lab, ...others] =
    found.length > 0 ? found : labs.filter(({ id }) => name !== '' && id.startsWith(name));
  if (lab === undefined) {
    throw new Failure(
      `there is no lab "${name}"; ${labs.length === 0 ? 'there is none at all' : `there is: ${listed(labs)}`}`,
    );
  }
  if (others.length > 0)
    throw new Failure(`"${name}" is the name of several labs; take an id: ${listed([lab, ...others])}`);
  return lab;
}

/** The lab that a student has now, in whichever of the instructor's classes they are. */
async function labOfStudent(api: Client, email: string): Promise<Lab> {
  const student = email.toLowerCase();
  const classes = await allPages((query) => api.listClasses({ query }));
  const names = classes.filter(({ state }) => state === 'active').map(({ id }) => id);
  const found = await Promise.all(names.map((name) => progressIn(api, name, student)));
  const [one, ...others] = found.flat();
  if (one === undefined) throw new Failure(`${student} is on the roster of none of your classes`);
  const [lab, ...more] = [one, ...others].flatMap(({ lab }) => lab ?? []);
  if (lab === undefined) throw new Failure(`${student} has no lab: ${one.problem ?? one.phase}`);
  if (more.length > 0)
    throw new Failure(`${student} has several labs; take an id: ${[lab, ...more].join(', ')}`);
  return await api.getLab({ lab });
}

async function progressIn(api: Client, name: string, student: string) {
  try {
    return (await api.listClassLabs({ class: name, query: { student } })).items;
  } catch (error) {
    // On another class's roster, or the class went meanwhile.
    if (error instanceof ApiError && ['invalid_input', 'not_found'].includes(error.code)) return [];
    throw error;
  }
}

async function labIfThere(api: Client, id: string): Promise<Lab | undefined> {
  try {
    const lab = await api.getLab({ lab: id });
    return lab.phase === 'deleted' ? undefined : lab;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function listed(labs: Lab[]): string {
  return labs.map(({ id, name }) => `${id} (${name})`).join(', ');
}
