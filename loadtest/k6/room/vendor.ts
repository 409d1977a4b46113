/**
 * What the wire needs of libraries, by the only paths that k6 can follow: relative, with the extension, to plain
 * ESM. Should a package lay out its files differently one day, this is the one file to change.
 */
import './polyfill.ts';
import type * as Schema from '@colyseus/schema';
// @ts-expect-error: the library keeps its declarations elsewhere
import * as schema from '../../../node_modules/@colyseus/schema/build/index.mjs';
import * as packing from '../../../node_modules/msgpackr/pack.js';
import * as unpacking from '../../../node_modules/msgpackr/unpack.js';
import { bytesCodec } from '../../../schema/bytes-codec.ts';

(schema as typeof Schema).defineCustomTypes({ bytes: bytesCodec });

export const { decode, encode, Reflection } = schema as typeof Schema;
export const { Packr } = packing;
export const { unpack } = unpacking;
