/**
 * The shape of the one table, as plain data: ensure-table.ts makes it on one machine and infra/constructs/data.ts on
 * AWS from this and nothing else. Every key is a string, and every index holds keys only: a lab's keys move when its
 * due time does and never with its status, so saving a status writes one item and no index.
 */
export const TABLE = {
  partitionKey: 'PK',
  sortKey: 'SK',
  /** Seconds since the epoch after which DynamoDB may drop the item "within a few days"; idempotency records, and tries of join codes. */
  timeToLive: 'forgetAtSeconds',
  indexes: [
    /** An instructor's classes too, under a name that no owner has. */
    { name: 'labs-by-owner', partitionKey: 'owner', sortKey: 'createdKey' },
    /**
     * Every lab in one partition, and every class in another, for the operator's list. Written when a lab is made and when it is forgotten, so the
     * 1,000 writes a second that a partition takes are 1,000 labs made a second.
     */
    { name: 'labs', partitionKey: 'kind', sortKey: 'createdKey' },
    /** Sharded, because a class falls due within the same second. */
    { name: 'labs-due', partitionKey: 'dueShard', sortKey: 'dueKey' },
  ],
} as const;

export type TableIndex = (typeof TABLE)['indexes'][number]['name'];

/** Names of every key attribute, of the table and of its indexes, once each. */
export function keyAttributes(): string[] {
  const keys = [TABLE, ...TABLE.indexes].flatMap((schema) => [schema.partitionKey, schema.sortKey]);
  return [...new Set(keys)];
}
