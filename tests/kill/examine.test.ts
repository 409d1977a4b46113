import { expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { type Batch, type Genesis, LOG_FORMAT, type LogCommand } from '#rooms/kernel/log.ts';
import { checkTalk } from './examine.ts';
import type { ClientRecord } from './record.ts';

const NOW = 1_700_000_000_000;
const genesis: Genesis = {
  format: LOG_FORMAT,
  machine: channel.name,
  version: '',
  room: 'talk',
  journal: 'j1',
  seed: [1],
  config: {},
  createdAt: NOW,
};
const payload = { text: 'hello' };

/** A channel in which Ada posted the same so often, and was told that it stands at `seq`. */
function talk(posts: number, seq: number) {
  const post = (id: number): LogCommand => {
    return { k: 'do', type: 'post', payload, player: 'ada', outbox: 'o1', id, fingerprint: '' };
  };
  const batches: Batch[] = [{ now: NOW, commands: Array.from({ length: posts }, (_, i) => post(i + 1)) }];
  const noted: ClientRecord['noted'] = [
    { k: 'sent', type: 'post', payload },
    { k: 'answered', type: 'post', payload, reply: { ok: true, seq } },
  ];
  return checkTalk({ genesis, batches }, [{ room: 'talk', player: 'ada', noted }]);
}

it('[X2] a message posted twice is counted as doubled and not lost, whichever one was answered', () => {
  expect(talk(1, 1)).toMatchObject({ acked: 1, double: 0, lost: 0 });
  expect(talk(2, 1)).toMatchObject({ acked: 1, double: 1, lost: 0 });
  expect(talk(2, 2)).toMatchObject({ acked: 1, double: 1, lost: 0 });
});

it('[X2] a message that is missing at its answered seq is lost', () => {
  expect(talk(1, 2)).toMatchObject({ acked: 1, double: 0, lost: 1 });
  expect(talk(2, 3)).toMatchObject({ acked: 1, double: 1, lost: 1 });
});
