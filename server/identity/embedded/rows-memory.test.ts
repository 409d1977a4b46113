import { describeRows } from '#server/identity/embedded/rows-contract.ts';
import { memoryRows } from '#server/identity/embedded/rows-memory.ts';

describeRows('memory', memoryRows);
