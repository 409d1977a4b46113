/**
 * A process that is meant to be killed: opens the database, delivers the outcome if there is one and dies at
 * the step named, else says `open` and holds it.
 */
import { openDatabase } from '#db/connect.ts';
import { matchStore } from '#db/stores/matches.ts';

const [url = '', outcome, lastStep] = process.argv.slice(2);

const database = await openDatabase(url);
if (outcome === undefined) {
  console.log('open');
} else {
  const store = matchStore(database.db, (step) => {
    if (step === lastStep) process.kill(process.pid, 'SIGKILL');
  });
  await store.deliver(JSON.parse(outcome));
  await database.close();
}
