import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type Filter,
  type SecurityGroup,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { type Clock, iso } from '../../../core/clock.ts';
import { changeRules } from './change-rules.ts';
import { codeOf, driverRefusal } from './ec2-errors.ts';
import { baseRules, ownerRules } from './group-rules.ts';
import { PAGE_SIZE, readPages } from './pages.ts';
import { Recent } from './recent.ts';
import type { AmazonEc2Settings } from './settings.ts';
import {
  CREATED_TAG,
  DEPLOYMENT_TAG,
  LAB_TAG,
  labName,
  labTags,
  literal,
  ownedBy,
  readTags,
  tagSpecification,
} from './tags.ts';

/** Rules are changed by others: an operator, another run. */
const RULES_SECONDS = 10;
const SHOW_SECONDS = 2;
/** For so long lists may lag behind its making. */
const NEW_SECONDS = 60;

/** Keeps the groups whose base rules are complete, for all processes. Their ids never change. */
export interface GroupIds {
  groupOf(labId: string): Promise<string | undefined>;
  keepGroup(labId: string, groupId: string): Promise<void>;
  forgetGroup(labId: string): Promise<void>;
}

/** Those of one process. */
export function localGroupIds(): GroupIds {
  const ids = new Map<string, string>();
  return {
    groupOf: async (labId) => ids.get(labId),
    keepGroup: async (labId, groupId) => void ids.set(labId, groupId),
    forgetGroup: async (labId) => void ids.delete(labId),
  };
}

interface LabGroup {
  id: string;
  isNew: boolean;
}

/** A lab's security group is its network: its machines reach each other through it, and no other lab's. */
export class LabGroups {
  readonly #ec2: EC2Client;
  readonly #deployment: string;
  readonly #settings: AmazonEc2Settings;
  readonly #clock: Clock;
  readonly #ids: GroupIds;
  readonly #rules: Recent<SecurityGroupRule[]>;

  constructor(options: {
    ec2: EC2Client;
    deployment: string;
    settings: AmazonEc2Settings;
    clock: Clock;
    groupIds: GroupIds;
  }) {
    this.#ec2 = options.ec2;
    this.#deployment = options.deployment;
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#ids = options.groupIds;
    this.#rules = new Recent(options.clock, RULES_SECONDS);
  }

  /** Is it made and complete? Then `ensure` has nothing to do. */
  async isThere(labId: string): Promise<boolean> {
    return (await this.#ids.groupOf(labId)) !== undefined;
  }

  /** Makes the lab's group with what every lab has, or completes the one that is there; what else it lets in stays. */
  async ensure(labId: string): Promise<void> {
    const { id, isNew } = (await this.#create(labId)) ?? (await this.#adopt(labId));
    const wanted = baseRules(this.#settings.controlRanges);
    this.#rules.keep(labId, await changeRules(this.#ec2, id, { wanted, keepsIn: true, isNew }));
    await this.#ids.keepGroup(labId, id);
  }

  /** From now on these and no others reach the lab from outside. */
  async allow(labId: string, { from, ports }: { from: string[]; ports: number[] }): Promise<void> {
    const id = await this.idOf(labId);
    const base = baseRules(this.#settings.controlRanges);
    const inbound = base.filter(({ direction }) => direction === 'in').length;
    const wanted = [...base, ...ownerRules(from, ports, inbound)];
    const known = this.#rules.take(labId);
    const rules = await changeRules(this.#ec2, id, {
      wanted,
      keepsIn: false,
      ...(known === undefined ? {} : { known }),
    });
    this.#rules.keep(labId, rules);
  }

  /** @throws SlipwayError `driver_failed`, busy, while EC2 does not tell of it. */
  async idOf(labId: string): Promise<string> {
    const known = await this.#ids.groupOf(labId);
    if (known !== undefined) return known;
    const [group] = await this.#describe(ownedBy(this.#deployment, labId));
    if (group?.GroupId === undefined) throw notShown(labId);
    return group.GroupId;
  }

  async forget(labId: string): Promise<void> {
    this.#rules.forget(labId);
    await this.#ids.forgetGroup(labId);
  }

  /** @throws EC2's DependencyViolation while an instance that is not yet terminated is in it. */
  async remove(labId: string): Promise<void> {
    // One that was just made may not be told of yet.
    const ids = new Set([await this.#ids.groupOf(labId)]);
    await this.forget(labId);
    for (const group of await this.#describe(ownedBy(this.#deployment, labId))) ids.add(group.GroupId);
    for (const GroupId of ids) {
      if (GroupId === undefined) continue;
      try {
        await this.#ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
      } catch (error) {
        if (codeOf(error) !== 'InvalidGroup.NotFound') throw error;
      }
    }
  }

  async list(): Promise<{ labId: string; createdAt: string }[]> {
    const groups = await this.#describe(ownedBy(this.#deployment));
    return groups.map(({ Tags }) => {
      const tags = readTags(Tags);
      // Without its tag it counts as old, so that a sweep may look at it.
      return { labId: tags[LAB_TAG] ?? '', createdAt: tags[CREATED_TAG] ?? iso(0) };
    });
  }

  /** @returns undefined where there is one of that name. */
  async #create(labId: string): Promise<LabGroup | undefined> {
    const tags = { ...labTags(this.#deployment, labId), [CREATED_TAG]: iso(this.#clock.now()) };
    try {
      const { GroupId } = await this.#ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: labName(this.#deployment, labId),
          Description: `Slipway lab ${labId} of deployment ${this.#deployment}`,
          VpcId: this.#settings.vpcId,
          TagSpecifications: [tagSpecification('security-group', tags)],
        }),
      );
      return { id: GroupId ?? '', isNew: true };
    } catch (error) {
      if (codeOf(error) === 'InvalidGroup.Duplicate') return undefined;
      throw error;
    }
  }

  /** A crash came before anybody could note it; its tags tell whether it is ours. */
  async #adopt(labId: string): Promise<LabGroup> {
    const name = labName(this.#deployment, labId);
    const [group] = await this.#describe([
      { Name: 'group-name', Values: [literal(name)] },
      { Name: 'vpc-id', Values: [this.#settings.vpcId] },
    ]);
    if (group?.GroupId === undefined) throw notShown(labId);
    const tags = readTags(group.Tags);
    if (tags[DEPLOYMENT_TAG] !== this.#deployment || tags[LAB_TAG] !== labId) {
      throw driverRefusal(
        'refused',
        `the security group ${name} (${group.GroupId}) is not Slipway's: rename or remove it`,
      );
    }
    const ageMilliseconds = this.#clock.now() - Date.parse(tags[CREATED_TAG] ?? iso(0));
    return { id: group.GroupId, isNew: ageMilliseconds < NEW_SECONDS * 1000 };
  }

  async #describe(filters: Filter[]): Promise<SecurityGroup[]> {
    return await readPages(async (token) => {
      const answer = await this.#ec2.send(
        new DescribeSecurityGroupsCommand({
          Filters: filters,
          MaxResults: PAGE_SIZE,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      return { items: answer.SecurityGroups, next: answer.NextToken };
    });
  }
}

function notShown(labId: string) {
  return driverRefusal('busy', `EC2 does not tell yet of the security group of lab ${labId}`, {
    afterSeconds: SHOW_SECONDS,
  });
}
