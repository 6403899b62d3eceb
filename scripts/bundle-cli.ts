import { execFile } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** Where package.json's `bin` and `exports` point. */
export const COMMAND = 'dist/slipway.mjs';
export const CLIENT = 'dist/client.mjs';

/** What CommonJS packages expect of the module that they are in. */
const REQUIRE =
  "import { createRequire as _createRequire } from 'node:module';const require=_createRequire(import.meta.url);";

/** zod brings its words in fifty languages, which none of ours are. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/** The `slipway` command and the typed client, each one file of ESM with all that it imports, for Node 20.19 and later. */
export async function bundleCommand(root: string = process.cwd()): Promise<void> {
  const { version } = JSON.parse(await readFile(`${root}/package.json`, 'utf8')) as { version: string };
  const common: BuildOptions = {
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    plugins: [englishOnly],
    logLevel: 'warning',
  };
  await build({
    ...common,
    entryPoints: ['cli/main.ts'],
    outfile: COMMAND,
    minifySyntax: true,
    minifyWhitespace: true,
    define: { SLIPWAY_VERSION: JSON.stringify(version) },
    // esbuild puts the banner after the shebang of the source, which main.ts has none of.
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
  });
  await chmod(`${root}/${COMMAND}`, 0o755);
  await build({ ...common, entryPoints: ['client/exports.ts'], outfile: CLIENT });
  await declareTypes(root);
}

/** The client's types, beside it. */
async function declareTypes(root: string): Promise<void> {
  const compiler = createRequire(`${root}/package.json`)
    .resolve('typescript/package.json')
    .replace(/package\.json$/, 'bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', 'client'], { cwd: root });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await bundleCommand();
