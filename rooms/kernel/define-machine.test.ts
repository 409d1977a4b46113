import { type SchemaType, t } from '@colyseus/schema';
import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { defineMachine } from '#rooms/kernel/define-machine.ts';
import { RoomState } from '#schema/states.ts';

const Till = RoomState.extend({ total: t.uint32().default(0) }, 'Till');
type Till = SchemaType<typeof Till>;

const till = defineMachine({
  name: 'till',
  kind: 'board',
  source: import.meta.url,
  keeps: 'log',
  State: Till,
  config: z.strictObject({ float: z.int().default(100) }),
  secret: () => ({ coins: [1, 2] }),
  seats: { max: 1, lapseMs: 1 },
  joinAccess: { verb: 'create', resource: 'tills' },
  access: { verb: 'update', resource: 'tills' },
  setup(state, config, ctx) {
    expectTypeOf(state).toEqualTypeOf<Till>();
    expectTypeOf(config).toEqualTypeOf<{ float: number }>();
    expectTypeOf(ctx.secret).toEqualTypeOf<{ coins: number[] }>();
    state.total = config.float;
  },
  commands: {
    take: {
      payload: z.strictObject({ cents: z.int() }),
      check(state, { cents }) {
        expectTypeOf(cents).toEqualTypeOf<number>();
        return cents > state.total ? 'malformed' : undefined;
      },
      apply(state, { cents }) {
        state.total -= cents;
      },
    },
    rename: {
      payload: z.strictObject({ to: z.string() }),
      apply(_, payload) {
        expectTypeOf(payload).toEqualTypeOf<{ to: string }>();
      },
    },
  },
});

it('[K8] a definition types each command by its own payload, without annotations', () => {
  type Applied = Parameters<typeof till.commands.take.apply>;
  expectTypeOf<Applied[1]>().toEqualTypeOf<{ cents: number }>();
  expectTypeOf<Applied[2]['secret']>().toEqualTypeOf<{ coins: number[] }>();
  expect(Object.keys(till.commands)).toEqual(['take', 'rename']);
});

it('[K9] a machine that declares no secret has an empty one, a new object each time', () => {
  const { secret: _, ...open } = till;
  const machine = defineMachine({ ...open, setup() {}, commands: {} });
  expect(machine.secret()).toEqual({});
  expect(machine.secret()).not.toBe(machine.secret());
});
