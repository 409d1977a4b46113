/** Finding programs. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Environment = Record<string, string | undefined>;

export const runnable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The first of these programs on the PATH. */
export const onPath = (names: string[], env: Environment): string | undefined =>
  names.flatMap((name) => (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))).find(runnable);
