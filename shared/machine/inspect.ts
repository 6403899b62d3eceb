import { type MachineStatus, SSH_PORT } from '../lab/machine.ts';
import { reachOf } from './machine-url.ts';

/** Where the user keeps what opens the machine: paths on their side, never contents. */
export interface LocalPaths {
  /** Folder of this machine's ca.pem, cert.pem and key.pem. */
  certPath: string;
  sshKeyPath: string;
}

/** `docker-machine inspect` in its own names and order, as far as they mean something here; no secret is in it. */
export interface Inspection {
  ConfigVersion: 3;
  Driver: {
    /** Empty while the machine has none. */
    IPAddress: string;
    PrivateIPAddress: string;
    MachineName: string;
    SSHUser: string;
    SSHPort: number;
    SSHKeyPath: string;
    StorePath: string;
    SwarmMaster: boolean;
  };
  DriverName: string;
  HostOptions: {
    Driver: string;
    Memory: number;
    Disk: number;
    EngineOptions: { TlsVerify: boolean; StorageDriver: string; Labels: string[]; RegistryMirror: string[] };
    SwarmOptions: { IsSwarm: boolean; Master: boolean };
    AuthOptions: { CertDir: string; CaCertPath: string; ClientCertPath: string; ClientKeyPath: string };
  };
  Name: string;
}

/**
 * @param role of its node in the swarm; `none` where it is in no swarm.
 * @param sshUser the user that the lab's key opens.
 */
export function inspectMachine(
  machine: MachineStatus,
  about: { driver: string; role: 'manager' | 'worker' | 'none'; paths: LocalPaths; sshUser?: string },
): Inspection {
  const { certPath, sshKeyPath } = about.paths;
  const { address = '', privateAddress, name } = machine;
  return {
    ConfigVersion: 3,
    Driver: {
      IPAddress: address,
      PrivateIPAddress: privateAddress,
      MachineName: name,
      SSHUser: about.sshUser ?? 'root',
      SSHPort: reachOf(machine, SSH_PORT)?.port ?? SSH_PORT,
      SSHKeyPath: sshKeyPath,
      StorePath: certPath,
      SwarmMaster: about.role === 'manager',
    },
    DriverName: about.driver,
    HostOptions: {
      Driver: '',
      Memory: 0,
      Disk: 0,
      EngineOptions: { TlsVerify: true, StorageDriver: '', Labels: [], RegistryMirror: [] },
      SwarmOptions: { IsSwarm: about.role !== 'none', Master: about.role === 'manager' },
      AuthOptions: {
        CertDir: certPath,
        CaCertPath: `${certPath}/ca.pem`,
        ClientCertPath: `${certPath}/cert.pem`,
        ClientKeyPath: `${certPath}/key.pem`,
      },
    },
    Name: name,
  };
}

/** As docker-machine prints it: four blanks of indent. */
export function inspectText(inspection: Inspection): string {
  return `${JSON.stringify(inspection, null, 4)}\n`;
}
