import type { ImageRecipe } from '../debian-image.ts';
import { postgresLibraries, shellPackages } from './libraries.ts';

/** Debian's Python with the modules of email-workers in it, because PyPI may be as far away as the registry. */
export const pythonImages: ImageRecipe[] = [
  {
    reference: 'python:3.11-slim',
    packages: [
      ...shellPackages,
      ...postgresLibraries,
      ...['python3.11-minimal', 'libpython3.11-minimal', 'libpython3.11-stdlib', 'libexpat1'],
      ...['python3-bottle', 'python3-redis', 'python3-psycopg2'],
      ...['python3-async-timeout', 'python3-deprecated', 'python3-wrapt', 'python3-packaging'],
    ],
    omit: ['usr/lib/python3.11/lib2to3', 'usr/lib/python3.11/ensurepip', 'usr/lib/python3.11/pydoc_data'],
    links: { '/usr/bin/python3': 'python3.11', '/usr/bin/python': 'python3.11' },
    config: { Cmd: ['python3'] },
  },
];
