import type { ComposeFile } from '../compose/compose-file.ts';
import type { Healthcheck } from '../compose/healthcheck.ts';
import type { ServiceMount } from '../compose/mounts.ts';
import type { ComposeService } from '../compose/service.ts';
import { capabilities } from './capabilities.ts';
import type { ConfigUse, SecretUse } from './file-uses.ts';
import { mountOf } from './mount.ts';
import { labelled } from './stack-names.ts';
import { unlessZero, withoutUnset } from './without-unset.ts';

/** For Windows; what is neither is what an engine does by default. */
const ISOLATIONS = ['process', 'hyperv'];

/** What is made of a service's references to other things. */
export interface ContainerParts {
  mounts: ServiceMount[];
  secrets: SecretUse[];
  configs: ConfigUse[];
  credentials: { Config: string; File: string; Registry: string } | null;
}

/** What each of a service's containers is. */
export function containerSpec(
  stack: string,
  service: ComposeService,
  file: ComposeFile,
  { mounts, secrets, configs, credentials }: ContainerParts,
): Record<string, unknown> {
  return {
    ...withoutUnset({
      Image: service.image.sent,
      Labels: labelled(stack, service.labels),
      // `entrypoint` is the Engine's command, and `command` its arguments.
      Command: unlessEmpty(service.entrypoint),
      Args: unlessEmpty(service.command),
      Env: environment(service.environment),
      Hostname: unlessZero(service.hostname),
      Dir: unlessZero(service.working_dir),
      User: unlessZero(service.user),
      Init: service.init,
      Isolation: ISOLATIONS.find((name) => name === service.isolation?.toLowerCase()),
      TTY: service.tty || undefined,
      OpenStdin: service.stdin_open || undefined,
      ReadOnly: service.read_only || undefined,
      Mounts: unlessEmpty(mounts.map((mount) => mountOf(stack, mount, file))),
      Hosts: unlessEmpty(service.extra_hosts),
      DNSConfig: dnsConfig(service),
      Healthcheck: healthcheck(service.healthcheck),
      StopGracePeriod: service.stop_grace_period,
      StopSignal: unlessZero(service.stop_signal),
      Sysctls: service.sysctls,
      Ulimits: ulimits(service.ulimits),
      Secrets: unlessEmpty(secrets),
      Configs: unlessEmpty(configs),
    }),
    ...capabilities(service.cap_add, service.cap_drop),
    Privileges: { CredentialSpec: credentials, SELinuxContext: null },
  };
}

/** Sorted, so that another order in the file is no change; a name without a value stays bare. */
function environment(given: ComposeService['environment'] = {}): string[] | undefined {
  return unlessEmpty(
    Object.entries(given)
      .map(([name, value]) => (value === null ? name : `${name}=${value}`))
      .sort(),
  );
}

/** An empty list is sent as well, as the docker command does. */
function dnsConfig({ dns, dns_search }: ComposeService): Record<string, unknown> | undefined {
  if (dns === undefined && dns_search === undefined) return undefined;
  return withoutUnset({ Nameservers: unlessEmpty(dns), Search: unlessEmpty(dns_search) });
}

function healthcheck(check: Healthcheck | undefined): Record<string, unknown> | undefined {
  if (check === undefined) return undefined;
  if (check.disable) return { Test: ['NONE'] };
  return withoutUnset({
    Test: check.test,
    Interval: unlessZero(check.interval),
    Timeout: unlessZero(check.timeout),
    Retries: unlessZero(check.retries),
    StartPeriod: unlessZero(check.start_period),
  });
}

function ulimits(given: ComposeService['ulimits'] = {}): object[] | undefined {
  return unlessEmpty(
    Object.entries(given)
      .map(([Name, { soft, hard }]) => ({ Name, Soft: soft, Hard: hard }))
      .sort((a, b) => (a.Name < b.Name ? -1 : 1)),
  );
}

function unlessEmpty<T>(list: T[] | undefined): T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
