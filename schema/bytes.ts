/**
 * Bytes as a field of a state, and in the payload of a command. Whoever decodes a state that has such a field imports
 * this module first: the SDK, our own decoders.
 */
import { defineCustomTypes, FieldBuilder } from '@colyseus/schema';
import { z } from 'zod';
import { bytesCodec } from '#schema/bytes-codec.ts';

defineCustomTypes({ bytes: bytesCodec });

/** Nothing until it is set. A change is another array: writing into the old one is seen by nobody. */
export function bytesField(): FieldBuilder<Uint8Array> {
  return new FieldBuilder<Uint8Array>('bytes' as never);
}

/** In a payload: at most so many. */
export function bytesOf(most: number): z.ZodType<Uint8Array> {
  return z.instanceof(Uint8Array).refine(({ length }) => length <= most, `at most ${most} bytes`);
}
