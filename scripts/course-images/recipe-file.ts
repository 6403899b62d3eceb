import { readFileSync } from 'node:fs';
import type { ImageRecipe } from '../debian-image.ts';

/** A file of `files/` here, at a path of the image. */
export function recipeFile(
  path: string,
  name: string,
  mode = 0o755,
): NonNullable<ImageRecipe['files']>[number] {
  return { path, mode, content: readFileSync(new URL(`./files/${name}`, import.meta.url), 'utf8') };
}
