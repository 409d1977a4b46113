import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { isAway } from '#db/away.ts';

type Transaction = NodePgDatabase['transaction'];

/**
 * In place of the library's own, which keeps a connection for ever on which BEGIN failed, and gives one back to the
 * pool in the middle of a transaction when ROLLBACK was not answered: what is written there later is never committed.
 */
export function transactionsOf(pool: pg.Pool): Transaction {
  return async (work, config) => {
    const client = await pool.connect();
    let broken = false;
    try {
      return await drizzle(client).transaction(work, config);
    } catch (error) {
      broken = isAway(error);
      throw error;
    } finally {
      client.release(broken);
    }
  };
}
