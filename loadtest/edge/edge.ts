/** An edge before the process whose port it is given; sends its own port to who started it. */
import { parseConfig } from '../../server/config.ts';
import { startEdge } from '../../server/edge/edge.ts';
import { createLog } from '../../server/telemetry/log.ts';
import { memoryMembers } from '../../server/testing/memory-members.ts';

const members = memoryMembers();
members.add({ id: 'owner', address: `127.0.0.1:${process.argv[2]}` });
members.claim('r1', 'owner');
const config = parseConfig({ PORT: '0', PARLOR_ORIGIN: 'http://localhost', PARLOR_CONNECTIONS_PER_ADDRESS: '100000' });
const { port } = await startEdge({ config, members, log: createLog('info', { write() {} }), drainMs: 0 });
process.send?.(port);
process.on('disconnect', () => process.exit());
