/** Where outcomes go: a directory with one file per outcome, as a database would keep one row. */
import { link, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MatchOutcome, Outcomes } from '#rooms/ports.ts';

/** A file appears whole or not at all, and a second delivery finds it there. */
export function fileSink(directory: string): Outcomes {
  return {
    async deliver(outcome) {
      await mkdir(directory, { recursive: true });
      const name = `${outcome.journal}.${outcome.seq}`;
      const draft = join(directory, `.${name}.${process.pid}`);
      await writeFile(draft, JSON.stringify(outcome));
      await link(draft, join(directory, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      await unlink(draft);
    },
  };
}

export async function delivered(directory: string): Promise<MatchOutcome[]> {
  const names = await readdir(directory).catch(() => []);
  const whole = names.filter((name) => !name.startsWith('.'));
  return Promise.all(whole.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8'))));
}
