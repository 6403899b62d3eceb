import { SlipwayError } from '../../shared/core/errors.ts';
import type { Enrolment, Lab, LabEvent, LabSpec, LabStatus } from '../../shared/lab/lab.ts';
import type { LabStore, Page } from '../../shared/ports/store.ts';
import { Faults } from './faults.ts';
import { copy, pageOf } from './memory-records.ts';

/** The limit that the real store keeps. */
const LAB_BYTES = 16 * 1024;

interface Records {
  /** Nobody else's, and never changed: what is written replaces it. */
  lab?: Lab;
  /** The same as text: written once and read often. */
  text?: string;
  enrolments: Map<string, Enrolment>;
  events: Map<number, LabEvent>;
}

/** Labs in memory, under the same contract as DynamoDB's; nothing handed out or in is shared with the caller. */
export class MemoryLabStore implements LabStore {
  readonly faults = new Faults();
  readonly #records = new Map<string, Records>();

  async create(lab: Lab): Promise<void> {
    this.faults.meet('create');
    if (this.#of(lab.id).lab !== undefined)
      throw new SlipwayError('conflict', `a lab with id ${lab.id} exists already`);
    this.#write(lab);
  }

  async load(labId: string): Promise<{ lab: Lab; enrolments: Enrolment[] } | undefined> {
    this.faults.meet('load');
    const records = this.#records.get(labId);
    if (records?.lab === undefined) return undefined;
    const enrolments = [...records.enrolments.values()].sort((a, b) => (a.machine < b.machine ? -1 : 1));
    return { lab: JSON.parse(records.text ?? '') as Lab, enrolments: copy(enrolments) };
  }

  async saveSpec(lab: Lab, spec: LabSpec, dueAt: number): Promise<Lab> {
    this.faults.meet('saveSpec');
    const stored = this.#records.get(lab.id)?.lab;
    if (stored?.specVersion !== lab.specVersion) throw overtaken(lab);
    return this.#write({ ...stored, spec, specVersion: lab.specVersion + 1, dueAt });
  }

  async saveStatus(lab: Lab, status: LabStatus, dueAt: number | undefined): Promise<Lab> {
    this.faults.meet('saveStatus');
    const stored = this.#records.get(lab.id)?.lab;
    if (stored?.specVersion !== lab.specVersion || stored.statusVersion !== lab.statusVersion) {
      throw overtaken(lab);
    }
    const { dueAt: _before, ...rest } = stored;
    const due = dueAt === undefined ? {} : { dueAt };
    return this.#write({ ...rest, ...due, status, statusVersion: lab.statusVersion + 1 });
  }

  async list({
    owner,
    limit,
    cursor,
  }: {
    owner?: string;
    limit: number;
    cursor?: string;
  }): Promise<Page<Lab>> {
    this.faults.meet('list');
    const place = ({ createdAt, id }: Lab) => `${createdAt}#${id}`;
    const labs = this.#labs()
      .filter((lab) => owner === undefined || lab.owner === owner)
      .filter((lab) => cursor === undefined || place(lab) < cursor)
      .sort((a, b) => (place(a) < place(b) ? 1 : -1));
    return copy(pageOf(labs, limit, place));
  }

  async listDue(query: {
    until: number;
    limit: number;
    cursor?: string;
  }): Promise<Page<{ labId: string; dueAt: number }>> {
    this.faults.meet('listDue');
    const { until, limit, cursor } = query;
    const place = ({ dueAt, labId }: { dueAt: number; labId: string }) =>
      `${String(dueAt).padStart(16, '0')}#${labId}`;
    const due = this.#labs()
      .flatMap(({ id, dueAt }) => (dueAt === undefined || dueAt > until ? [] : [{ labId: id, dueAt }]))
      .filter((found) => cursor === undefined || place(found) > cursor)
      .sort((a, b) => (place(a) < place(b) ? -1 : 1));
    return pageOf(due, limit, place);
  }

  async moveDue(labId: string, from: number, to: number): Promise<Lab | undefined> {
    this.faults.meet('moveDue');
    const lab = this.#records.get(labId)?.lab;
    if (lab?.dueAt !== from) return undefined;
    return this.#write({ ...lab, dueAt: to });
  }

  async saveEnrolment(labId: string, enrolment: Enrolment): Promise<void> {
    this.faults.meet('saveEnrolment');
    this.#of(labId).enrolments.set(enrolment.machine, copy(enrolment));
  }

  async appendEvents(labId: string, events: LabEvent[]): Promise<void> {
    this.faults.meet('appendEvents');
    for (const event of events) this.#of(labId).events.set(event.sequence, copy(event));
  }

  async listEvents(labId: string, { after, limit }: { after: number; limit: number }): Promise<LabEvent[]> {
    this.faults.meet('listEvents');
    const events = [...(this.#records.get(labId)?.events.values() ?? [])]
      .filter(({ sequence }) => sequence > after)
      .sort((a, b) => a.sequence - b.sequence);
    return copy(events.slice(0, limit));
  }

  async purge(labId: string): Promise<void> {
    this.faults.meet('purge');
    this.#records.delete(labId);
  }

  #of(labId: string): Records {
    const records = this.#records.get(labId) ?? { enrolments: new Map(), events: new Map() };
    this.#records.set(labId, records);
    return records;
  }

  #labs(): Lab[] {
    return [...this.#records.values()].flatMap(({ lab }) => (lab === undefined ? [] : [lab]));
  }

  #write(lab: Lab): Lab {
    const text = JSON.stringify(lab);
    requireSmall(lab.id, text);
    Object.assign(this.#of(lab.id), { lab: JSON.parse(text), text });
    return JSON.parse(text) as Lab;
  }
}

function overtaken(lab: Lab): SlipwayError {
  return new SlipwayError(
    'version_conflict',
    `lab ${lab.id} was changed or forgotten meanwhile: load it again`,
  );
}

function requireSmall(labId: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > LAB_BYTES)
    throw new SlipwayError('too_large', `the record of lab ${labId} would be ${bytes} bytes`);
}
