import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { FileSealer } from '../../shared/adapters/local/file-sealer.ts';
import { MemorySealer } from '../support/memory-sealer.ts';
import { sealerContract } from './sealer-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-sealer-'));
afterAll(() => rmSync(folder, { recursive: true }));

sealerContract('a key file', () => FileSealer.open(join(folder, 'key')));
sealerContract('memory', async () => new MemorySealer());
