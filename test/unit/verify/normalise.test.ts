import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDifferences } from '../../verify/differences.ts';
import { mutantsOf } from '../../verify/mutants.ts';
import { normalise, RULES } from '../../verify/normalise.ts';
import type { StackState } from '../../verify/stack-state.ts';

const ids = new Map([
  ['n1', 's_default'],
  ['c1', 's_app'],
  ['x1', 's_password'],
]);
const setting = { ids, written: 'services: {web: {image: app}}\n10.222.7.0/24', isSecondDeploy: false };
const dated = {
  Version: { Index: 12 },
  CreatedAt: '2026-01-01T00:00:00Z',
  UpdatedAt: '2026-01-01T00:00:01Z',
};

/** As Docker 20.10 gives it, with something at each path that is not compared. */
const STATE: StackState = {
  services: {
    s_web: {
      ID: 'a1',
      ...dated,
      Spec: {
        Name: 's_web',
        Labels: { 'com.docker.stack.image': 'app' },
        TaskTemplate: {
          ContainerSpec: {
            Image: 'app:latest',
            Env: ['A=1'],
            Init: false,
            Configs: [{ ConfigID: 'c1', ConfigName: 's_app', File: { Name: '/app', Mode: 292 } }],
            Secrets: [{ SecretID: 'x1', SecretName: 's_password' }],
            Privileges: { CredentialSpec: { Config: 'c1' }, SELinuxContext: null },
          },
          Networks: [{ Target: 'n1', Aliases: ['web'] }],
        },
        EndpointSpec: { Mode: 'vip', Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishMode: 'ingress' }] },
      },
      Endpoint: {
        Spec: { Mode: 'vip', Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishMode: 'ingress' }] },
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 30001, PublishMode: 'ingress' }],
        VirtualIPs: [{ NetworkID: 'n1', Addr: '10.0.1.2/24' }],
      },
      JobStatus: { JobIteration: { Index: 7 }, LastExecution: '2026-01-01T00:00:02Z' },
    },
  },
  networks: {
    s_default: {
      Id: 'n1',
      Name: 's_default',
      Created: '2026-01-01T00:00:00Z',
      IPAM: { Driver: 'default', Options: null, Config: [{ Subnet: '10.0.1.0/24', Gateway: '10.0.1.1' }] },
      Options: { 'com.docker.network.driver.overlay.vxlanid_list': '4097', encrypted: '' },
    },
  },
  volumes: { s_data: { Name: 's_data', CreatedAt: '2026-01-01T00:00:00Z', Driver: 'local' } },
  configs: { s_app: { ID: 'c1', ...dated, Spec: { Name: 's_app', Data: 'YQ==' } } },
  secrets: { s_password: { ID: 'x1', ...dated, Spec: { Name: 's_password' } } },
};

/** `services[].ID` as a pattern of paths. */
function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.[\]"]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/^(\w+)\\\[\\\]/, '$1\\.\\w+').replaceAll('\\[\\]', '\\[\\d+\\]')}$`);
}
const patterns = RULES.map(({ path }) => patternOf(path));
const isNormalised = (path: string) => patterns.some((pattern) => pattern.test(path));
const changed = mutantsOf(STATE).filter(({ change }) => change !== 'left out');

describe('what is normalised', () => {
  test('is each path of the printed list: the state under test has something at every one', () => {
    const paths = changed.map(({ path }) => path);
    const untouched = RULES.filter(({ path }) => !paths.some((each) => patternOf(path).test(each)));
    expect(untouched.map(({ path }) => path)).toEqual([]);
  });

  test('and nothing else: any other leaf that changes is told, at exactly its path', () => {
    const compared = changed.filter(({ path }) => !isNormalised(path));
    expect(compared.length).toBeGreaterThan(20);
    for (const { path, value } of compared) {
      const found = findDifferences(normalise(STATE, setting), normalise(value, setting));
      // What a port of the endpoint was asked to be decides whether it was chosen.
      expect(found.map((each) => each.path)).toContain(path);
      expect(found).toHaveLength(1);
    }
  });

  test('may change without a word where it is an id, a time or a version', () => {
    const free = /(ID|Id|Created(At)?|UpdatedAt|LastExecution|Index|vxlanid_list"\])$/;
    const refersTo = /\.(NetworkID|ConfigID|SecretID)$/;
    const chosen = changed.filter(
      ({ path }) => isNormalised(path) && free.test(path) && !refersTo.test(path),
    );
    expect(chosen.length).toBeGreaterThan(10);
    for (const { value } of chosen) {
      expect(findDifferences(normalise(STATE, setting), normalise(value, setting))).toEqual([]);
    }
  });

  test('still tells that something is there: an object without its id differs', () => {
    fc.assert(
      fc.property(fc.constantFrom(...mutantsOf(STATE)), ({ path, change, value }) => {
        if (change !== 'left out') return;
        expect(findDifferences(normalise(STATE, setting), normalise(value, setting)), path).not.toEqual([]);
      }),
    );
  });

  test('is an id by the name of what it stands for, so that another object is told', () => {
    const other = new Map([...ids, ['n1', 's_other']] as [string, string][]);
    const found = findDifferences(normalise(STATE, setting), normalise(STATE, { ...setting, ids: other }));
    expect(found.map(({ path }) => path)).toEqual([
      'services.s_web.Spec.TaskTemplate.Networks[0].Target',
      'services.s_web.Endpoint.VirtualIPs[0].NetworkID',
    ]);
  });

  test('is the order of references to one config, and no other order', () => {
    const withConfigs = (...configs: [string, string][]): StackState => ({
      ...STATE,
      services: {
        s: {
          Spec: {
            TaskTemplate: {
              ContainerSpec: {
                Configs: configs.map(([ConfigName, Name]) => ({ ConfigName, File: { Name } })),
              },
            },
          },
        },
      },
    });
    const differ = (one: StackState, other: StackState) =>
      findDifferences(normalise(one, setting), normalise(other, setting)).length > 0;
    const given = withConfigs(['a', '/1'], ['a', '/2'], ['b', '/3']);
    expect(differ(given, withConfigs(['a', '/2'], ['a', '/1'], ['b', '/3']))).toBe(false);
    expect(differ(given, withConfigs(['b', '/3'], ['a', '/1'], ['a', '/2']))).toBe(true);
    expect(differ(given, withConfigs(['a', '/1'], ['a', '/1'], ['b', '/3']))).toBe(true);
  });

  test('is no address range that the file writes', () => {
    const withRange = (subnet: string): StackState => ({
      ...STATE,
      networks: { n: { IPAM: { Config: [{ Subnet: subnet, Gateway: '10.222.7.1' }] } } },
    });
    expect(normalise(withRange('10.222.7.0/24'), setting).networks).toEqual(
      withRange('10.222.7.0/24').networks,
    );
    expect(normalise(withRange('10.0.9.0/24'), setting).networks).toEqual({
      n: { IPAM: { Config: [{ Subnet: '(an address)', Gateway: '(an address)' }] } },
    });
  });

  test('is no port that the file says', () => {
    const ports = [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }];
    const state: StackState = {
      ...STATE,
      services: { s: { Endpoint: { Spec: { Ports: ports }, Ports: ports } } },
    };
    expect(normalise(state, setting).services).toEqual(state.services);
  });

  test('leaves out what the CLI’s writing again shows, after a second deploy alone', () => {
    const state: StackState = {
      ...STATE,
      services: {
        s: { Spec: { Name: 's' }, PreviousSpec: { Name: 's' }, UpdateStatus: { State: 'completed' } },
      },
    };
    expect(normalise(state, setting).services).toEqual(state.services);
    expect(normalise(state, { ...setting, isSecondDeploy: true }).services).toEqual({
      s: { Spec: { Name: 's' } },
    });
  });
});
