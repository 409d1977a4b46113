import { type Decoder, Encoder, Reflection, type Schema, schema, t } from '@colyseus/schema';
import { beforeEach, expect, it } from 'vitest';
import { SeatView } from '#rooms/kernel/seat-view.ts';

const CommandGate = schema({ number: t.uint8(), behind: t.string().view() }, 'CommandGate');
const Hall = schema({ doors: t.map(CommandGate) }, 'Hall');

let hall: InstanceType<typeof Hall>;
let encoder: Encoder;
let seat: SeatView;
let decoder: Decoder;

beforeEach(() => {
  hall = new Hall();
  for (const [number, behind] of ['goat', 'car', 'yeti'].entries()) {
    hall.doors.set(behind[0] as string, new CommandGate().assign({ number, behind }));
  }
  encoder = new Encoder(hall as Schema);
  encoder.discardChanges();
  seat = new SeatView();
  decoder = Reflection.decode(Reflection.encode(encoder));
});

/** What is shown behind each gate, as the client has it. */
function look() {
  const it = { offset: 0 };
  decoder.decode(Uint8Array.from(encoder.encodeAllView(seat.view, encoder.encodeAll(it).length, { ...it })));
  return doors();
}
function patch() {
  const it = { offset: 0 };
  const shared = encoder.encode(it).length;
  const bytes = Uint8Array.from(encoder.encodeView(seat.view, shared, it));
  encoder.discardChanges();
  decoder.decode(bytes);
  return bytes;
}
const doors = () => {
  const seen = decoder.state.toJSON() as { doors: Record<string, { behind?: string }> };
  return Object.values(seen.doors).map(({ behind }) => behind);
};
const gate = (key: string) => hall.doors.get(key) as Schema & { behind: string };

it('[K5] a view contains exactly the granted parts, also as they change', () => {
  seat.refresh([gate('g')]);
  expect(look()).toEqual(['goat', undefined, undefined]);
  seat.refresh([gate('c')]);
  patch();
  expect(doors()[1]).toBe('car');
  gate('g').behind = 'GOAT';
  expect(Buffer.from(patch()).includes('GOAT')).toBe(false);
});

it('[K5] a view survives the removal of a part from the state', () => {
  seat.refresh([gate('g'), gate('c')]);
  look();
  hall.doors.delete('g');
  seat.refresh([gate('c')]);
  patch();
  gate('c').behind = 'a new car';
  patch();
  expect(doors()).toEqual(['a new car', undefined]);
});

it("[K5] the next connection does not inherit the previous one's view", () => {
  seat.refresh([gate('c')]);
  look();
  seat.dispose();
  seat = new SeatView();
  decoder = Reflection.decode(Reflection.encode(encoder));
  seat.refresh([gate('y')]);
  expect(look()).toEqual([undefined, undefined, 'yeti']);
});
