/** Opens the socket by which an operator of this machine asks for a backup, where there is a journal to copy. */
import { makeBackup } from '#server/backup/backup.ts';
import { openControl as openSocket } from '#server/backup/control.ts';
import type { Storage } from '#server/compose/storage.ts';
import type { Config } from '#server/config.ts';

export type ControlDeps = {
  config: Pick<Config, 'dataDir'>;
  version: string;
  storage: Pick<Storage, 'database' | 'copyJournal'>;
};

export async function openControl({ config, version, storage }: ControlDeps, stack: AsyncDisposableStack) {
  const { copyJournal: journal, database } = storage;
  if (!journal) return;
  const sources = { dataDir: config.dataDir, version, journal, database: database.copyTo };
  const close = await openSocket(config.dataDir, {
    here: async () => 'A server runs here.',
    backup: ({ to = '' }) => makeBackup(sources, to),
  });
  stack.defer(close);
}
