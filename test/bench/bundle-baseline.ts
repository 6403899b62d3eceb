import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';

/** What any API on Lambda over DynamoDB loads at the least: Hono, and of lib-dynamodb the commands that ours uses. */
const records = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const commands = {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
};

const app = new Hono();
app.get('/', (context) => context.text(`${Object.keys(commands)} ${records.config.maxAttempts}`));

export const handler = handle(app);
