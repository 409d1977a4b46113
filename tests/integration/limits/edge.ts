/** Floods of an edge, before a member that answers everything. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Members } from '#server/cluster/ports.ts';
import { parseConfig } from '#server/config.ts';
import { startEdge } from '#server/edge/edge.ts';
import { memoryMembers } from '#server/testing/memory-members.ts';
import type { Flood, Way } from './way.ts';
import type { World } from './world.ts';

const ORIGIN = 'http://parlor.test';
const MOST_SOCKETS = 10;
/** Short, so that a flood of held joins is. */
const PATIENCE_MS = 300;

/** Sends each text on a connection of its own, ten at a time. `admitted`: what reached a member, unless said otherwise. */
async function flood(world: World, texts: readonly string[], room: 'here' | 'moving' = 'here'): Promise<Flood> {
  const tally = { units: texts.length, received: 0, answered: 0, admitted: 0, calls: 0 };
  const members = memoryMembers();
  const member = createServer((_request, response) => {
    tally.admitted++;
    response.end('x');
  });
  member.on('upgrade', (_request, socket) => {
    tally.admitted++;
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  await once(member.listen(0, '127.0.0.1'), 'listening');
  members.add({ id: 'a', address: `127.0.0.1:${(member.address() as AddressInfo).port}` });
  if (room === 'here') members.claim('r1', 'a');
  else members.put('r1', { at: 'moving' });
  const asked: Pick<Members, 'locationOf'> = {
    locationOf(name) {
      tally.calls++;
      return members.locationOf(name);
    },
  };
  const limits = {
    PARLOR_CONNECTIONS_PER_ADDRESS: String(MOST_SOCKETS),
    PARLOR_REQUESTS_PER_MINUTE: '10',
    PARLOR_JOINS_PER_MINUTE: '50',
  };
  const edge = await startEdge({
    config: parseConfig({ PARLOR_ORIGIN: ORIGIN, PORT: '0', ...limits }),
    members: Object.assign(Object.create(members) as Members, asked),
    log: world.log,
    patienceMs: PATIENCE_MS,
    drainMs: 100,
  });
  const left = [...texts];
  const sender = async () => {
    for (let text = left.pop(); text !== undefined; text = left.pop()) {
      const socket = connect(edge.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        tally.answered += bytes.length;
      });
      socket.write(text, 'latin1');
      tally.received += text.length;
      await once(socket, 'close');
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  await edge.close();
  member.closeAllConnections();
  member.close();
  return tally;
}

const times = (count: number, texts: readonly string[]) =>
  Array.from({ length: count }, (_, n) => texts[n % texts.length] as string);
const HOST = 'Host: parlor.test\r\nConnection: close\r\n';
const UPGRADE =
  'Host: parlor.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const LONG = 'x'.repeat(6_000);

const ODD = [
  `GET /version HTTP/1.1\r\nHost: parlor.test\r\nConnection: content-length, ${LONG}\r\nContent-Length: 4\r\n\r\nGET `,
  `GET /version HTTP/1.1\r\nHost: ${LONG}@evil\r\nConnection: close\r\n\r\n`,
  `GET http://x:99999/${LONG} HTTP/1.1\r\n${HOST}\r\n`,
  `GET /version HTTP/1.1\r\n${HOST}Content-Length: 60000\r\n\r\n${'x'.repeat(30_000)}`,
  `PROPFIND / HTTP/1.1\r\n${HOST}\r\n`,
  `GET /version HTTP/1.1\r\n${HOST}Authorization: ${LONG}\r\nAuthorization: ${LONG}\r\n\r\n`,
  `POST /version HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  `GET /version HTTP/1.1\r\n${HOST}Expect: ${LONG}\r\n\r\n`,
  `POST /x/r1?sessionId=s HTTP/1.1\r\n${UPGRADE}\r\n`,
  `GET /x/r1?sessionId=s HTTP/1.1\r\n${UPGRADE}Content-Length: 5\r\n\r\nhello`,
  `GET /internal/${LONG} HTTP/1.1\r\n${HOST}\r\n`,
];

export const EDGE: Way[] = [
  {
    way: 'Requests through the edge that could be read in two ways',
    by: 'anybody',
    limit: 'refused before a member is asked, and the connection is closed',
    admits: 0,
    budget: { logged: 512 },
    flood: (world) => flood(world, times(110, ODD)),
  },
  {
    way: 'Dials through the edge',
    by: 'anybody',
    limit: '10 dials a minute for each socket that an address may have open',
    admits: 10 * MOST_SOCKETS + MOST_SOCKETS, // and what comes free meanwhile
    budget: { logged: 512, calls: 2 },
    flood: (world) => flood(world, times(160, [`GET /p1/r1?sessionId=s HTTP/1.1\r\n${UPGRADE}\r\n`])),
  },
  {
    way: 'Dials and joins that the edge holds while their room moves',
    by: 'anybody',
    limit:
      'as dials, and joins by address and minute; each is held for 5 s at most, and the registry is asked less and less often',
    admits: 0,
    budget: { logged: 512, calls: 12 },
    flood: (world) =>
      flood(
        world,
        times(60, [
          `GET /p1/r1?sessionId=s HTTP/1.1\r\n${UPGRADE}\r\n`,
          `POST /matchmake/joinById/r1 HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
        ]),
        'moving',
      ),
  },
];
