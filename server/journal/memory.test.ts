import { journalContract } from '#server/journal/contract.ts';
import { memoryStore } from '#server/journal/memory.ts';

journalContract('memory', async () => {
  const store = memoryStore();
  return { store, close: () => store.close() };
});
