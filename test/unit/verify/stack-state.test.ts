import { describe, expect, test } from 'vitest';
import { isEmptyState, isSettled, type StackState } from '../../verify/stack-state.ts';

const NOTHING: StackState = { services: {}, networks: {}, volumes: {}, configs: {}, secrets: {} };
const withService = (service: object): StackState => ({ ...NOTHING, services: { s: service } });
const withNetwork = (network: object): StackState => ({ ...NOTHING, networks: { n: network } });
const dnsrr = (spec: object) => ({
  Spec: { EndpointSpec: { Mode: 'dnsrr', ...spec } },
  Endpoint: { Spec: {} },
});

/** As Docker 20.10 tells it, before and after its allocator has been. */
describe('a stack is settled', () => {
  test.each([
    ['nothing', NOTHING, true],
    ['a service without its endpoint', withService({ Spec: {}, Endpoint: { Spec: {} } }), false],
    ['a service with it', withService({ Spec: {}, Endpoint: { Spec: { Mode: 'vip' } } }), true],
    ['a service that needs none', withService(dnsrr({})), true],
    ['the same with ports', withService(dnsrr({ Ports: [{ TargetPort: 80 }] })), false],
    [
      'a network without a driver yet',
      withNetwork({ Scope: 'swarm', Driver: '', IPAM: { Config: null } }),
      false,
    ],
    [
      'a network without its range yet',
      withNetwork({ Scope: 'swarm', Driver: 'overlay', IPAM: { Config: [] } }),
      false,
    ],
    [
      'a network with it',
      withNetwork({ Scope: 'swarm', Driver: 'overlay', IPAM: { Config: [{ Subnet: '10.0.1.0/24' }] } }),
      true,
    ],
    [
      'a network of one node',
      withNetwork({ Scope: 'local', Driver: 'bridge', IPAM: { Config: null } }),
      true,
    ],
  ])('%s: %#', (_, state, settled) => {
    expect(isSettled(state)).toBe(settled);
  });
});

test('a stack is empty where no kind of it has anything', () => {
  expect(isEmptyState(NOTHING)).toBe(true);
  expect(isEmptyState({ ...NOTHING, secrets: { s: {} } })).toBe(false);
});
