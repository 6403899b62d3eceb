import { expect, test } from 'vitest';
import { engineRules } from '../../../scripts/engine-traces.ts';

const filter = `-P INPUT ACCEPT
-P FORWARD DROP
-N DOCKER
-N DOCKER-USER
-N ufw-forward
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i br-0123456789ab ! -o br-0123456789ab -j ACCEPT
-A FORWARD -i br-another -j ACCEPT
-A FORWARD -j ufw-forward
-A DOCKER-USER -j RETURN
`;

test("an engine's rules go first, then its chains; everybody else's stay", () => {
  expect(engineRules(filter, ['docker0', 'br-0123456789ab'])).toEqual([
    ['-D', 'FORWARD', '-j', 'DOCKER-USER'],
    ['-D', 'FORWARD', '-o', 'docker0', '-j', 'DOCKER'],
    ['-D', 'FORWARD', '-i', 'br-0123456789ab', '!', '-o', 'br-0123456789ab', '-j', 'ACCEPT'],
    ['-F', 'DOCKER'],
    ['-F', 'DOCKER-USER'],
    ['-X', 'DOCKER'],
    ['-X', 'DOCKER-USER'],
  ]);
});

test('the rules by which an outer engine gives a container its DNS stay', () => {
  expect(engineRules('-N DOCKER_OUTPUT\n-A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT\n', ['docker0'])).toEqual(
    [],
  );
});

test('a machine without any of it is left as it is', () => {
  expect(engineRules('-P FORWARD ACCEPT\n-A FORWARD -j ufw-forward\n', ['docker0'])).toEqual([]);
});
