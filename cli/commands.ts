import { classExtend, classRebuild, classRm, classStart, classStop } from './commands/classes/bulk.ts';
import { classChange, classCreate, classPlan } from './commands/classes/create.ts';
import { classLinks } from './commands/classes/links.ts';
import { classLs, classShow } from './commands/classes/list.ts';
import { classMessage } from './commands/classes/message.ts';
import { classCost, classRecords } from './commands/classes/records.ts';
import { classRoster } from './commands/classes/roster.ts';
import { classStackDeploy } from './commands/classes/stack.ts';
import { classWatch } from './commands/classes/watch.ts';
import { completionFor } from './commands/completion.ts';
import { dockerContext } from './commands/labs/context.ts';
import { create } from './commands/labs/create.ts';
import { events } from './commands/labs/events.ts';
import { extend } from './commands/labs/extend.ts';
import { labInspect, labRm, labStart, labStop } from './commands/labs/lab.ts';
import { login } from './commands/labs/login.ts';
import { open } from './commands/labs/open.ts';
import { scale } from './commands/labs/scale.ts';
import { templates } from './commands/labs/templates.ts';
import { token } from './commands/labs/token.ts';
import { active } from './commands/machines/active.ts';
import { add, rebuild } from './commands/machines/add.ts';
import { provision, regenerateCerts, upgrade } from './commands/machines/chores.ts';
import { createAsMachine } from './commands/machines/create-as-machine.ts';
import { env } from './commands/machines/env.ts';
import { exec } from './commands/machines/exec.ts';
import { ls } from './commands/machines/ls.ts';
import { mount } from './commands/machines/mount.ts';
import { kill, restart, start, stop } from './commands/machines/power.ts';
import { rm } from './commands/machines/rm.ts';
import { scp } from './commands/machines/scp.ts';
import { ssh } from './commands/machines/ssh.ts';
import { config, inspect, ip, status, url } from './commands/machines/texts.ts';
import { version } from './commands/machines/version.ts';
import { secretCreate, secretInspect, secretLs, secretRm, secretRotate } from './commands/secrets/secrets.ts';
import { serviceLogs } from './commands/services/logs.ts';
import { serviceLs, servicePs, serviceRm, serviceScale } from './commands/services/services.ts';
import { stackDeploy, stackPlan } from './commands/stacks/deploy.ts';
import { stackCatalogue, stackLs } from './commands/stacks/list.ts';
import { stackPs, stackServices } from './commands/stacks/look.ts';
import { stackRm } from './commands/stacks/remove.ts';
import {
  nodeActivate,
  nodeDemote,
  nodeDrain,
  nodeLabel,
  nodePause,
  nodePromote,
  nodeRm,
} from './commands/swarm/change-nodes.ts';
import { nodeInspect, nodeLs, nodePs } from './commands/swarm/nodes.ts';
import { swarmRotate, swarmToken } from './commands/swarm/tokens.ts';
import type { CommandGroup } from './help.ts';
import { isDockerMachine, type Program } from './program.ts';

/** Every command there is, by what it is about. */
export function commandGroups(program: Program): readonly CommandGroup[] {
  // docker-machine's create makes a machine, ours a lab.
  const isMachine = isDockerMachine(program);
  const groups = (): readonly CommandGroup[] => [
    {
      title: 'Labs',
      commands: [
        login,
        templates,
        ...(isMachine ? [] : [create]),
        scale,
        extend,
        events,
        open,
        dockerContext,
        labInspect,
        labStop,
        labStart,
        labRm,
        token,
      ],
    },
    {
      title: 'Machines, in docker-machine’s words',
      commands: [
        ...(isMachine ? [createAsMachine] : [add]),
        ls,
        env,
        active,
        ip,
        url,
        status,
        inspect,
        config,
        ssh,
        scp,
        mount,
        exec,
        start,
        stop,
        restart,
        kill,
        rm,
        rebuild,
        provision,
        regenerateCerts,
        upgrade,
        version,
      ],
    },
    {
      title: 'Swarm',
      commands: [
        nodeLs,
        nodeInspect,
        nodePs,
        nodePromote,
        nodeDemote,
        nodeDrain,
        nodeActivate,
        nodePause,
        nodeLabel,
        nodeRm,
        swarmToken,
        swarmRotate,
      ],
    },
    {
      title: 'Stacks, services and secrets',
      commands: [
        stackLs,
        stackCatalogue,
        stackPlan,
        stackDeploy,
        stackPs,
        stackServices,
        stackRm,
        serviceLs,
        servicePs,
        serviceScale,
        serviceLogs,
        serviceRm,
        secretCreate,
        secretLs,
        secretInspect,
        secretRm,
        secretRotate,
      ],
    },
    {
      title: 'Classes',
      commands: [
        classPlan,
        classCreate,
        classChange,
        classLs,
        classShow,
        classRoster,
        classLinks,
        classWatch,
        classStart,
        classStop,
        classExtend,
        classRebuild,
        classStackDeploy,
        classMessage,
        classCost,
        classRecords,
        classRm,
      ],
    },
    { title: 'This command', commands: [completionFor(groups)] },
  ];
  return groups();
}
