/** `server/main.ts` with one more machine and a room of it: whatever a game may write is looked for on disk too. */
import { probe } from '#rooms/testing/probe.ts';
import { readConfig } from '#server/config.ts';
import { startParlor } from '#server/parlor.ts';

const { listing: _, ...machine } = probe;
const parlor = await startParlor(readConfig(), '0.0.0', {
  machines: [machine],
  rooms: [{ room: 'probe-1', machine }],
});
process.once('SIGINT', () => void parlor.close().then(() => process.exit(0)));
