import type { ComposeFile } from '../compose/compose-file.ts';
import type { Healthcheck } from '../compose/healthcheck.ts';
import type { ComposeService } from '../compose/service.ts';
import { capabilities } from './capabilities.ts';
import { mountOf } from './mount.ts';
import { labelled } from './stack-names.ts';
import { withoutUnset } from './without-unset.ts';

/** What each of a service's containers is. */
export function containerSpec(
  stack: string,
  service: ComposeService,
  file: ComposeFile,
): Record<string, unknown> {
  return {
    ...withoutUnset({
      Image: service.image.sent,
      Labels: labelled(stack, service.labels),
      // `entrypoint` is the Engine's command, and `command` its arguments.
      Command: unlessEmpty(service.entrypoint),
      Args: unlessEmpty(service.command),
      Env: environment(service.environment),
      Hostname: service.hostname,
      Dir: service.working_dir,
      User: service.user,
      Init: service.init,
      Isolation: service.isolation,
      TTY: service.tty || undefined,
      OpenStdin: service.stdin_open || undefined,
      ReadOnly: service.read_only || undefined,
      Mounts: unlessEmpty(service.volumes?.map((mount) => mountOf(stack, mount, file))),
      Hosts: unlessEmpty(service.extra_hosts),
      DNSConfig: dnsConfig(service),
      Healthcheck: healthcheck(service.healthcheck),
      StopGracePeriod: service.stop_grace_period,
      StopSignal: service.stop_signal,
      Sysctls: service.sysctls,
      Ulimits: ulimits(service.ulimits),
      OomScoreAdj: service.oom_score_adj,
    }),
    ...capabilities(service.cap_add, service.cap_drop),
    Privileges: { CredentialSpec: null, SELinuxContext: null },
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

function dnsConfig({ dns = [], dns_search = [] }: ComposeService): Record<string, unknown> | undefined {
  if (dns.length === 0 && dns_search.length === 0) return undefined;
  return withoutUnset({ Nameservers: unlessEmpty(dns), Search: unlessEmpty(dns_search) });
}

function healthcheck(check: Healthcheck | undefined): Record<string, unknown> | undefined {
  if (check === undefined) return undefined;
  if (check.disable) return { Test: ['NONE'] };
  return withoutUnset({
    Test: check.test,
    Interval: check.interval,
    Timeout: check.timeout,
    Retries: check.retries,
    StartPeriod: check.start_period,
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
