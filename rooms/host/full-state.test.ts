/** What somebody who comes, or comes back, is sent first: read by the library's decoder, as the SDK does. */
import type { Client } from '@colyseus/core';
import { ClientState } from '@colyseus/core';
import { type Decoder, Encoder, Reflection, type Schema } from '@colyseus/schema';
import { expect, it, onTestFinished, vi } from 'vitest';
import { SafeSerializer } from '#rooms/host/safe-serializer.ts';
import type { LogCommand } from '#rooms/kernel/log.ts';
import { LOG_FORMAT } from '#rooms/kernel/log.ts';
import { Replica } from '#rooms/kernel/replica.ts';
import { SeatView } from '#rooms/kernel/seat-view.ts';
import { probe } from '#rooms/testing/probe.ts';

const PLAYER = 'ann';

/** A probe with one player, who sits at a socket of her own. */
function table() {
  const seed = [1, 2, 3, 4, 5, 6, 7, 8];
  const genesis = {
    format: LOG_FORMAT,
    machine: 'probe',
    version: '1',
    room: 'r',
    journal: 'j',
    createdAt: 1,
  } as const;
  const replica = Replica.genesis(probe, { ...genesis, seed, config: {} });
  const serializer = new SafeSerializer(replica.encoder, Number.POSITIVE_INFINITY);
  serializer.reset();
  const view = new SeatView();
  const decoder: Decoder = Reflection.decode(Reflection.encode(replica.encoder));
  const read = (bytes: Uint8Array) => void decoder.decode(bytes.subarray(1));
  const socket = {
    bufferedAmount: 0,
    readyState: 1,
    OPEN: 1,
    extensions: 'none',
    send: (body: Uint8Array) => read(body),
  };
  const client = { view: view.view, state: ClientState.JOINED, ref: socket, raw: read } as unknown as Client;
  let id = 0;
  return {
    run(...commands: LogCommand[]) {
      replica.apply({ now: 1, commands });
      replica.encoder.discardChanges();
    },
    patch(...commands: LogCommand[]) {
      replica.apply({ now: 1, commands });
      view.refresh(probe.view?.(replica.state as never, 0, replica.secret as never) ?? []);
      serializer.applyPatches([client]);
    },
    does(type: string, payload?: unknown): LogCommand {
      return { k: 'do', type, payload, player: PLAYER, outbox: 'outbox-1', id: ++id, fingerprint: '' };
    },
    comes() {
      view.refresh(probe.view?.(replica.state as never, 0, replica.secret as never) ?? []);
      read(serializer.getFullState(client));
    },
    seen: () => decoder.state.toJSON(),
    /** What she sees is all there is: she sits here alone. */
    there: () => (replica.state as Schema).toJSON(),
  };
}

const join: LogCommand = { k: 'join', player: PLAYER, connectionId: 's', session: 'l' };

it('[X5] an entity changed in the batch after the full state arrives once', () => {
  const { run, does, comes, patch, seen, there } = table();
  run(join, ...Array.from({ length: 12 }, () => does('draw')));
  comes();
  expect(seen()).toEqual(there());
  for (let n = 0; n < 3; n++) {
    patch(does('draw'));
    expect(seen()).toEqual(there());
  }
});

it("[X5] a state larger than the encoder's buffer arrives whole", () => {
  const usual = Encoder.BUFFER_SIZE;
  Encoder.BUFFER_SIZE = 4096;
  vi.spyOn(console, 'warn').mockImplementation(() => {}); // the library says that it made room
  onTestFinished(() => {
    Encoder.BUFFER_SIZE = usual;
    vi.restoreAllMocks();
  });
  const { run, does, comes, patch, seen, there } = table();
  run(join, does('draw'));
  comes();
  const text = 'x'.repeat(200);
  for (let n = 0; n < 40; n++) patch(does('say', { text }));
  expect(JSON.stringify(there()).length).toBeGreaterThan(Encoder.BUFFER_SIZE);
  comes();
  expect(seen()).toEqual(there());
  patch(does('draw'), does('say', { text }));
  expect(seen()).toEqual(there());
});
