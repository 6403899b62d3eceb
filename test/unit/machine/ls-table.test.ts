import { describe, expect, test } from 'vitest';
import { lsNames, lsTable } from '../../../shared/machine/ls-table.ts';
import { type MachineView, viewMachines } from '../../../shared/machine/machine-view.ts';
import { aLab, aMachine, aMachineStatus, aNode, aReadyLab } from '../../support/builders.ts';

const view = (name: string, overrides: Partial<MachineView> = {}): MachineView => ({
  name,
  driver: 'amazonec2',
  state: 'Running',
  role: 'none',
  ...overrides,
});

describe('the ls table', () => {
  test('is docker-machine’s, trailing blanks included', () => {
    const url = 'tcp://203.0.113.10:2376';
    const machines = [view('m1', { url, engineVersion: '27.3.1' }), view('m2', { state: 'Stopped' })];
    expect(lsTable(machines, url)).toBe(
      [
        'NAME   ACTIVE   DRIVER      STATE     URL                       SWARM   DOCKER    ERRORS',
        'm1     *        amazonec2   Running   tcp://203.0.113.10:2376           v27.3.1   ',
        'm2     -        amazonec2   Stopped                                     Unknown   ',
        '',
      ].join('\n'),
    );
  });

  test('of a ready lab shows each node’s role and who leads', () => {
    expect(lsTable(viewMachines(aReadyLab(), 'docker'), 'tcp://100.64.0.3:2376')).toBe(
      [
        'NAME           ACTIVE   DRIVER   STATE     URL                     SWARM              DOCKER      ERRORS',
        'LINUXtips-01   -        docker   Running   tcp://100.64.0.2:2376   manager (leader)   v20.10.24   ',
        'LINUXtips-02   *        docker   Running   tcp://100.64.0.3:2376   manager            v20.10.24   ',
        'LINUXtips-03   -        docker   Running   tcp://100.64.0.4:2376   worker             v20.10.24   ',
        '',
      ].join('\n'),
    );
  });

  test('of no machine is its headings', () => {
    expect(lsTable([])).toBe('NAME   ACTIVE   DRIVER   STATE   URL   SWARM   DOCKER   ERRORS\n');
  });

  test('marks nothing active for a machine without a URL, whatever DOCKER_HOST is', () => {
    expect(lsTable([view('m1')], '')).toContain('\nm1     -');
  });

  test('keeps a host’s words on one line, without terminal codes, and counts characters, not bytes', () => {
    const text = lsTable([view('m1', { engineVersion: 'é\u001b[31m', error: 'no\nroute\u202e' })]);
    const [headings = '', row = '', ...rest] = text.split('\n');
    expect(rest).toEqual(['']);
    expect(row).toMatch(/vé \[31m {3}no route $/);
    expect(row.indexOf('no route')).toBe(headings.indexOf('ERRORS'));
  });

  test('with -q is the names', () => {
    expect(lsNames([view('m1'), view('m2')])).toBe('m1\nm2\n');
  });
});

describe('a lab’s machines as their user sees them', () => {
  test('come in natural order, m2 before m10', () => {
    const names = ['m10', 'm2', 'm1', 'LINUXtips-03'];
    const lab = aLab({ spec: { machines: names.map((name) => aMachine(name)) } });
    expect(viewMachines(lab, 'docker').map(({ name }) => name)).toEqual(['LINUXtips-03', 'm1', 'm2', 'm10']);
  });

  test('are Starting before the driver lists them, with no URL and no engine', () => {
    expect(viewMachines(aLab(), 'docker')[0]).toEqual({
      name: 'LINUXtips-01',
      driver: 'docker',
      state: 'Starting',
      role: 'manager',
    });
  });

  test('that are stopped show neither the URL nor the engine of before', () => {
    const lab = aLab({
      spec: { machines: [aMachine('m1')] },
      status: { machines: [aMachineStatus('m1', { state: 'Stopped' })] },
    });
    expect(viewMachines(lab, 'docker')).toEqual([
      { name: 'm1', driver: 'docker', state: 'Stopped', role: 'none' },
    ]);
  });

  test('that are on their way out are still listed', () => {
    const lab = aLab({
      spec: { machines: [aMachine('m1')] },
      status: { machines: [aMachineStatus('m2', { state: 'Stopping' })] },
    });
    expect(viewMachines(lab, 'docker').map(({ name, state }) => [name, state])).toEqual([
      ['m1', 'Starting'],
      ['m2', 'Stopping'],
    ]);
  });

  test('tell why their engine is not up, until it is', () => {
    const { engine: _, ...silent } = aMachineStatus('m1');
    const enrolments = [{ machine: 'm1', failure: { message: 'no route to the API', at: 'now' } }];
    const errorOf = (machine: typeof silent) => {
      const lab = aLab({ spec: { machines: [aMachine('m1')] }, status: { machines: [machine] } });
      return viewMachines(lab, 'docker', enrolments)[0]?.error;
    };
    expect(errorOf(silent)).toBe('no route to the API');
    expect(errorOf(aMachineStatus('m1'))).toBeUndefined();
  });

  test('show the role the student gave the node, found by its id where the engine told it', () => {
    const lab = aReadyLab();
    const nodes = lab.status.swarm?.nodes ?? [];
    const promoted = nodes.map((node) =>
      node.hostname === 'LINUXtips-03' ? { ...node, hostname: 'renamed', role: 'manager' as const } : node,
    );
    const old = aNode('LINUXtips-03', { id: 'an-old-node-of-that-name' });
    lab.status.swarm = { firstManager: 'LINUXtips-01', nodes: [old, ...promoted] };
    expect(viewMachines(lab, 'docker').map(({ swarm }) => swarm)).toEqual([
      'manager (leader)',
      'manager',
      'manager',
    ]);
  });
});
