import { basename, win32 } from 'node:path';
import { SHELLS, type Shell } from '../shared/machine/shell.ts';
import { UsageError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** Those whose text is bash's. */
const LIKE_BASH = ['sh', 'zsh', 'ksh', 'dash', 'ash'];

/**
 * The shell to print for, as docker-machine finds it: what was asked for, fish by its own variable, $SHELL; on Windows
 * cmd by its PROMPT. Where nothing tells, bash: a container, cron and most CIs export no SHELL, and run their lines in
 * bash or sh. docker-machine says there that its lines are for bash, and prints none.
 */
export function detectShell({ env, platform }: Pick<Terminal, 'env' | 'platform'>, asked?: string): Shell {
  if (asked !== undefined) return shellNamed(asked);
  if (env.__fish_bin_dir) return 'fish';
  if (env.SHELL) return knownShell(basename(env.SHELL)) ?? 'bash';
  // cmd sets PROMPT, PowerShell does not.
  if (platform === 'win32') return env.PROMPT === undefined ? 'powershell' : 'cmd';
  return 'bash';
}

function shellNamed(asked: string): Shell {
  const name = win32.basename(asked).replace(/\.exe$/i, '');
  const shell = knownShell(name);
  if (shell === undefined) {
    throw new UsageError(`--shell takes ${[...SHELLS, ...LIKE_BASH].join(', ')}, and not "${asked}"`);
  }
  return shell;
}

function knownShell(name: string): Shell | undefined {
  if (LIKE_BASH.includes(name)) return 'bash';
  if (name === 'csh') return 'tcsh';
  if (name === 'pwsh') return 'powershell';
  return (SHELLS as readonly string[]).includes(name) ? (name as Shell) : undefined;
}
