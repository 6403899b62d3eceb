/** Where and as what a deployment's machines are made; CDK's outputs and the operator's choices. */
export interface AmazonEc2Settings {
  vpcId: string;
  /** IPv4 CIDR that holds every one of the subnets: what a lab's machines may have for addresses. */
  range: string;
  /** Public subnets for hosts, in the order in which they are tried. */
  subnets: { id: string; zone: string }[];
  /** In the order in which they are tried: `t3.small`, `t3a.small` … */
  instanceTypes: string[];
  /** Ranges from which the control plane reaches the engines: the functions' subnets. */
  controlRanges: string[];
  /** Of the root disk; an image that needs more gets more. */
  diskGb: number;
  /** Launch spot machines for labs that are deleted and never stopped. */
  spot: boolean;
  /** Where hosts reach the API, without `/v1`. */
  apiUrl: string;
  /** A registry that mirrors Docker Hub for the hosts. */
  mirrorUrl?: string;
}
