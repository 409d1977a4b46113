/** Floods by what is meant for processes: calls of peers, and messages through Redis. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { openLinks } from '#server/cluster/links.ts';
import { answerPeers, PEERS_PATH } from '#server/cluster/peers.ts';
import { startRedis } from '#server/testing/redis.ts';
import type { Flood, Way } from './way.ts';

export const CLUSTER: Way[] = [
  {
    way: 'POST /internal/{call}, without a proof of the key',
    by: 'anybody who reaches a process',
    limit: 'the proof is looked at before the body is read, and judged before it is parsed; a line when that changes',
    budget: { logged: 128 },
    async flood({ log }) {
      const flood: Flood = { units: 0, received: 0, answered: 0, admitted: 0 };
      const app = express();
      const calls = { end: async () => null };
      app.use(answerPeers({ key: new Uint8Array(32), id: 'here', now: Date.now, calls, log }));
      const server = createServer(app).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PEERS_PATH}/end`;
      const wrong = {
        'x-parlor-at': '1',
        'x-parlor-nonce': 'n',
        'x-parlor-to': 'here',
        'x-parlor-proof': 'é'.repeat(43),
      };
      for (const headers of [{}, wrong, { ...wrong, 'x-parlor-at': String(Date.now()) }])
        for (const body of ['{}', 'x'.repeat(60_000), '{"room":'])
          for (let n = 0; n < 10; n++) {
            const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
            flood.units++;
            flood.admitted++;
            flood.received += body.length;
            flood.answered += (await answer?.arrayBuffer().catch(() => undefined))?.byteLength ?? 0;
          }
      server.closeAllConnections();
      server.close();
      return flood;
    },
  },
  {
    way: 'Messages through Redis that make no sense',
    by: 'whoever may write to Redis',
    limit: '10 lines a minute, with nothing of what was said',
    budget: { logged: 16 },
    async flood({ log }) {
      const flood: Flood = { units: 400, received: 0, answered: 0, admitted: 0 };
      const redis = await startRedis();
      const links = await openLinks(redis.url, log);
      const over = new Promise<void>((resolve) => {
        void links.subscribe('news', (text) => {
          flood.admitted++;
          if (flood.admitted === flood.units) resolve();
          JSON.parse(text);
        });
      });
      await links.redis.ping();
      for (let n = 0; n < flood.units; n++) {
        const text = `{"words of somebody ${n}`;
        flood.received += text.length;
        await links.publish('news', text);
      }
      await over;
      links.close();
      await redis.stop();
      return flood;
    },
  },
];
