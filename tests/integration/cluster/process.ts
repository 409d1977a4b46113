/** `server/main.ts` with one more machine and a room of it. */
import { probe } from '#rooms/testing/probe.ts';
import { readConfig } from '#server/config.ts';
import { startParlor } from '#server/parlor.ts';

// It is no table of the lobby's.
const { listing: _, ...machine } = probe;
const parlor = await startParlor(readConfig(), '0.0.0', {
  machines: [machine],
  rooms: [{ room: 'probe-1', machine }],
});
process.once('SIGTERM', () => void parlor.close().then(() => process.exit(0)));
