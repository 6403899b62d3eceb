/**
 * Regions that a deployment may be in, with the zones that every account has there: those where EC2 answers over IPv6,
 * which is the only way out that the functions have. docs.aws.amazon.com/general/latest/gr/ec2-service.html, 2026-11.
 */
export const REGIONS: Readonly<Record<string, number>> = {
  'us-east-1': 6,
  'us-east-2': 3,
  'us-west-1': 2,
  'us-west-2': 4,
  'af-south-1': 3,
  'ap-east-1': 3,
  'ap-northeast-1': 3,
  'ap-northeast-2': 4,
  'ap-south-1': 3,
  'ap-southeast-1': 3,
  'ap-southeast-2': 3,
  'ca-central-1': 3,
  'eu-central-1': 3,
  'eu-north-1': 3,
  'eu-south-1': 3,
  'eu-west-1': 3,
  'eu-west-2': 3,
  'eu-west-3': 3,
  'me-south-1': 3,
  'sa-east-1': 3,
};
