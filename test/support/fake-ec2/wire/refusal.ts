/** A refusal in EC2's words: its code, its HTTP status (400 for the caller's faults, 500 and 503 for EC2's own). */
export class Ec2Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
