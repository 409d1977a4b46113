/** The two column types that Postgres and our words do not share. */
import { customType } from 'drizzle-orm/pg-core';

/** A moment as ms since 1970; in the database a timestamp that a person can read. */
export const instant = customType<{ data: number; driverData: string }>({
  dataType: () => 'timestamp (3) with time zone',
  toDriver: (ms) => new Date(ms).toISOString(),
  fromDriver: (text) => Date.parse(text),
});

/** Sealed or otherwise opaque bytes. */
export const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (data) => Buffer.from(data.buffer, data.byteOffset, data.byteLength),
});
